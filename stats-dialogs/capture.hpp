#pragma once
/// The capture that Wireshark shows, as far as the windows need it: what the analysis found, and
/// the few things that they ask of Wireshark.
///
/// Windows work on this interface alone, so that tests can show them a capture without Wireshark.

#include "analysis/tracker.hpp"
#include "taps/segment_log.hpp"
#include "taps/selection.hpp"

#include <QObject>
#include <QString>

namespace mptcp::dialogs {

class Capture : public QObject {
    Q_OBJECT
  public:
    /// Null if no file is open or it holds no MPTCP. What is taken from it is out of date as soon
    /// as changed() or closed() is emitted.
    [[nodiscard]] virtual const Tracker* tracker() = 0;

    /// For titles; empty if no file is open.
    [[nodiscard]] virtual QString name() const = 0;

    /// Makes segments() hold every MPTCP segment, if need be by reading the capture once more. That
    /// shows progress, can be stopped by the user, and runs the event loop: the file, and the
    /// window that asks, may be gone afterwards. False if not all are there.
    virtual bool load_segments() = 0;
    /// Whether they are there already. Ask this on changed(): nothing is read again unasked, and
    /// where they are not there yet another changed() follows.
    [[nodiscard]] virtual bool has_segments() const = 0;
    [[nodiscard]] virtual const taps::SegmentLog& segments() const = 0;

    /// The display filter that Wireshark applies; empty for none.
    [[nodiscard]] virtual QString display_filter() const = 0;
    /// Makes filtered() hold the additive figures of what passes the filter, as load_segments()
    /// does. Gives what is wrong, or nothing.
    virtual QString load_filtered(const QString& filter) = 0;
    [[nodiscard]] virtual const taps::Selection& filtered() const = 0;

    /// Of the packet that is selected in the packet list; kNoConnection if it has none.
    [[nodiscard]] virtual ConnectionNumber selected_connection() const = 0;
    virtual void go_to_frame(FrameNumber frame) = 0;
    /// Puts a display filter into Wireshark's filter bar and applies it.
    virtual void apply_filter(const QString& filter) = 0;

  signals:
    /// There is more of the capture, or another one: everything shown is to be taken anew.
    void changed();
    /// There is no capture any more: everything shown is to be emptied.
    void closed();
};

} // namespace mptcp::dialogs
