#pragma once
/// The ticks of an axis: round numbers with an SI prefix that fits what is shown. The prefix goes
/// with the unit into the axis's label.

#include "analysis/units.hpp"
#include "stats-dialogs/graph_kinds.hpp"

#include <qcustomplot.h>

#include <optional>

namespace mptcp::dialogs {

class GraphTicker final : public QCPAxisTicker {
  public:
    explicit GraphTicker(AxisUnit unit) : unit_(unit) {}

    /// Ticks are numbered from here; what is drawn stays where it is.
    void set_offset(double offset);
    /// Ticks are sequence numbers as on the wire; this one stands at 0.
    void set_base(Dsn base);

    /// "MB", "ms"; empty if there is none.
    [[nodiscard]] QString unit_text(const QCPRange& range) const;

  protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double tick_step) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

  private:
    struct Prefix {
        double factor = 1;
        const char* text = "";
    };
    [[nodiscard]] Prefix prefix_of(const QCPRange& range) const;

    AxisUnit unit_;
    double offset_ = 0;
    std::optional<Dsn> base_;
    double factor_ = 1;
    int decimals_ = 0;
};

} // namespace mptcp::dialogs
