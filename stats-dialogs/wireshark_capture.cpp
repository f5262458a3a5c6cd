#include "plugin/wireshark_compat.hpp"

#include "stats-dialogs/wireshark_capture.hpp"

#include <epan/funnel.h>
#include <epan/plugin_if.h>

#include <QFileInfo>
#include <QTimer>

namespace mptcp::dialogs {

namespace {

using Redraw = taps::ReportListener::Redraw;

const ws_info_t* wireshark_info() {
    ws_info_t* info = nullptr;
    plugin_if_get_ws_info(&info);
    return info != nullptr && info->ws_info_supported ? info : nullptr;
}

} // namespace

WiresharkCapture::WiresharkCapture(const Host& host)
    : host_(host), changes_(false, Redraw::meanwhile, [this] { tell_change(); }) {
    changes_.listen({});
}

void WiresharkCapture::close() {
    emit closed();
}

void WiresharkCapture::tell_change() {
    if (reading_) {
        change_waits_ = true;
    } else {
        emit changed();
    }
}

QString WiresharkCapture::name() const {
    const ws_info_t* const info = wireshark_info();
    return info != nullptr && info->cf_filename != nullptr
               ? QFileInfo(QString::fromUtf8(info->cf_filename)).fileName()
               : QString();
}

void WiresharkCapture::read_again() {
    const funnel_ops_t* const wireshark = funnel_get_funnel_ops();
    if (reading_ || wireshark == nullptr) {
        return;
    }
    reading_ = true;
    change_waits_ = false;
    wireshark->retap_packets(wireshark->ops_id);
    reading_ = false;
    if (change_waits_) {
        // Who asked for the reading is to have its answer first.
        QTimer::singleShot(0, this, &Capture::changed);
    }
}

bool WiresharkCapture::load_segments() {
    if (segments_ == nullptr) {
        segments_ = std::make_unique<taps::ReportListener>(true, Redraw::at_end, [] {});
        segments_->listen({});
    }
    if (!has_segments()) {
        read_again();
    }
    return has_segments();
}

bool WiresharkCapture::has_segments() const {
    return segments_ != nullptr && segments_->passed() == host_.segments();
}

const taps::SegmentLog& WiresharkCapture::segments() const {
    static const taps::SegmentLog none;
    return segments_ != nullptr ? segments_->segments() : none;
}

QString WiresharkCapture::display_filter() const {
    const funnel_ops_t* const wireshark = funnel_get_funnel_ops();
    const char* const filter =
        wireshark != nullptr ? wireshark->get_filter(wireshark->ops_id) : nullptr;
    return QString::fromUtf8(filter);
}

QString WiresharkCapture::load_filtered(const QString& filter) {
    auto listener = std::make_unique<taps::ReportListener>(false, Redraw::at_end, [] {});
    const std::string problem = listener->listen(filter.toStdString());
    if (!problem.empty()) {
        return QString::fromStdString(problem);
    }
    filtered_ = std::move(listener);
    read_again();
    return changes_.passed() == host_.segments()
               ? QString()
               : tr("Not all packets were read: the figures are too low.");
}

const taps::Selection& WiresharkCapture::filtered() const {
    static const taps::Selection all;
    return filtered_ != nullptr ? filtered_->selection() : all;
}

ConnectionNumber WiresharkCapture::selected_connection() const {
    const ws_info_t* const info = wireshark_info();
    return info != nullptr ? host_.connection_of(info->cf_framenr) : kNoConnection;
}

void WiresharkCapture::go_to_frame(FrameNumber frame) {
    plugin_if_goto_frame(frame);
}

void WiresharkCapture::apply_filter(const QString& filter) {
    plugin_if_apply_filter(filter.toUtf8().constData(), TRUE);
}

} // namespace mptcp::dialogs
