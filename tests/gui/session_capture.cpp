#include "session_capture.hpp"

namespace mptcp::dialogs {

SessionCapture::SessionCapture(test::Capture& session) : session_(&session) {
    session.tracker.settle();
}

const Tracker* SessionCapture::tracker() {
    const bool has_mptcp = session_ != nullptr && !session_->tracker.connections().empty();
    return has_mptcp ? &session_->tracker : nullptr;
}

QString SessionCapture::name() const {
    return session_ != nullptr ? QStringLiteral("session.pcapng") : QString();
}

bool SessionCapture::load_segments() {
    ++readings;
    while_reading();
    if (stops || session_ == nullptr) {
        return false;
    }
    log_segments();
    return true;
}

QString SessionCapture::load_filtered(const QString& wanted) {
    ++readings;
    while_reading();
    if (!filter_problem.isEmpty()) {
        return filter_problem;
    }
    filtered_ = {};
    filtered_.filter = wanted.toStdString();
    if (session_ != nullptr) {
        for (const SegmentFacts& facts : session_->facts()) {
            if (facts.is_mptcp() && passes(facts)) {
                filtered_.filtered.add(facts);
            }
        }
    }
    return {};
}

void SessionCapture::tell_change() {
    session_->tracker.settle();
    if (has_segments_) {
        log_segments();
    }
    emit changed();
}

void SessionCapture::close() {
    session_ = nullptr;
    has_segments_ = false;
    segments_.clear();
    emit closed();
}

void SessionCapture::open(test::Capture& session) {
    session_ = &session;
    tell_change();
}

void SessionCapture::log_segments() {
    segments_.clear();
    for (const SegmentFacts& facts : session_->facts()) {
        if (facts.is_mptcp()) {
            segments_.add(facts);
        }
    }
    has_segments_ = true;
}

} // namespace mptcp::dialogs
