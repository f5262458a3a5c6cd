#pragma once
/// How curves look: colours that colour-blind people can tell apart (Okabe and Ito), and shapes
/// beside them. Green and yellow are kept for DATA_ACKs and windows.

#include "analysis/units.hpp"

#include <QColor>
#include <QPalette>

#include <qcustomplot.h>

namespace mptcp::dialogs {

struct SubflowLook {
    QColor colour;
    QCPScatterStyle::ScatterShape shape = QCPScatterStyle::ssDisc;
    Qt::PenStyle line = Qt::SolidLine;
};

/// Subflows that look the same: as many as no connection has.
inline constexpr unsigned kSubflowLooks = 35;

SubflowLook look_of(SubflowNumber subflow, const QPalette& palette);
QColor data_ack_colour(const QPalette& palette);
QColor window_colour(const QPalette& palette);

/// Both colours in one, for areas: `part` of the first.
QColor mixed(const QColor& colour, const QColor& other, double part);
/// As WCAG 2 defines it: from 1 to 21.
double contrast(const QColor& a, const QColor& b);

} // namespace mptcp::dialogs
