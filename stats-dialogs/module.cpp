#include "stats-dialogs/module.hpp"

#include "stats-dialogs/window_set.hpp"
#include "stats-dialogs/wireshark_capture.hpp"

#include <QApplication>

#include <cstring>
#include <memory>

namespace mptcp::dialogs {

namespace {

const Host* plugin = nullptr;
std::unique_ptr<WiresharkCapture> capture;
std::unique_ptr<WindowSet> window_set;

/// Nothing of it may outlive Wireshark's dissection engine.
void shut_down() {
    window_set.reset();
    capture.reset();
}

void open(Window window) {
    if (window_set == nullptr) {
        capture = std::make_unique<WiresharkCapture>(*plugin);
        window_set = std::make_unique<WindowSet>(*capture);
        QObject::connect(qApp, &QCoreApplication::aboutToQuit, qApp, shut_down);
    }
    window_set->open(window);
}

void capture_closed() {
    if (capture != nullptr) {
        capture->close();
    }
}

} // namespace

} // namespace mptcp::dialogs

extern "C" Q_DECL_EXPORT const mptcp::dialogs::Windows*
mptcp_dialogs_entry(const mptcp::dialogs::Host& host, const char* version) {
    using namespace mptcp::dialogs;
    static const Windows windows{open, capture_closed};
    if (std::strcmp(version, MPTCP_PLUGIN_VERSION) != 0) {
        return nullptr;
    }
    plugin = &host;
    return &windows;
}
