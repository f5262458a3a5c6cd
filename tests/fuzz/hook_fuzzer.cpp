/// Fuzzes the plugin inside libwireshark with the frames of a capture: what Wireshark hands to the
/// hook, the fields, experts and taps, on one pass and on two.
///
/// The first byte holds settings, then come frames (see frame_script.hpp). Only the protocols
/// around TCP are dissected: what else Wireshark makes of the bytes is not what is looked for.

#include "plugin/wireshark_compat.hpp"

#include "analysis/facts.hpp"
#include "analysis/options.hpp"

#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fuzz/finding.hpp"
#include "tests/fuzz/frame_script.hpp"

extern "C" void plugin_register();

using namespace mptcp;
using namespace mptcp::fuzz;

namespace {

constexpr std::array kDissected = {
    "mptcp_analysis",
    "frame",
    "eth",
    "ethertype",
    "vlan",
    "sll",
    "null",
    "raw",
    "ip",
    "ipv6",
    "icmp",
    "icmpv6",
    "tcp",
    "mptcp",
    "gre",
    "data",
    "ipv6.routing",
    "ipv6.fraghdr",
};
constexpr std::array<int, kLinkTypes> kEncapsulations = {
    WTAP_ENCAP_ETHERNET, WTAP_ENCAP_SLL, WTAP_ENCAP_SLL2, WTAP_ENCAP_RAW_IP, WTAP_ENCAP_NULL,
};

struct Frame {
    std::vector<std::uint8_t> bytes;
    wtap_rec record{};
    frame_data data{};
    /// Another one took its number.
    bool is_replaced = false;
};

const nstime_t* frame_time(packet_provider_data* /*provider*/, guint32 /*number*/) {
    static const nstime_t none{};
    return &none;
}

class Settings {
  public:
    explicit Settings(std::uint8_t bits) : bits_(bits) {}
    [[nodiscard]] bool has_second_pass() const { return (bits_ & 0x01) == 0; }
    [[nodiscard]] bool has_tree() const { return (bits_ & 0x02) == 0; }
    [[nodiscard]] bool has_taps() const { return (bits_ & 0x04) == 0; }

  private:
    std::uint8_t bits_;
};

/// What came through the taps on one pass.
struct Tapped {
    std::size_t segments = 0;
    std::size_t options = 0;
};

tap_packet_status take_segment(void* tapped, packet_info* pinfo, epan_dissect_t* /*dissection*/,
                               const void* data, tap_flags_t /*flags*/) {
    const auto& facts = *static_cast<const SegmentFacts*>(data);
    require(facts.is_mptcp(), "a segment of no connection was tapped");
    require(facts.frame == pinfo->num, "a segment of another frame was tapped");
    require(facts.duplicate || facts.bytes.total() == facts.payload_bytes, "classes of a payload");
    ++static_cast<Tapped*>(tapped)->segments;
    return TAP_PACKET_DONT_REDRAW;
}

tap_packet_status take_options(void* count, packet_info* /*pinfo*/, epan_dissect_t* /*dissection*/,
                               const void* data, tap_flags_t /*flags*/) {
    require(static_cast<const TcpOptions*>(data)->has_mptcp(), "no MPTCP option was tapped");
    ++*static_cast<std::size_t*>(count);
    return TAP_PACKET_DONT_REDRAW;
}

class Capture {
  public:
    explicit Capture(ByteView bytes) : source_(bytes), settings_(source_.byte()) {
        constexpr std::size_t kMostFrames = 64;
        while (!source_.empty() && frames_.size() < kMostFrames) {
            frames_.push_back(read_frame());
        }
    }

    void run() {
        static const packet_provider_funcs provider = {frame_time, nullptr, nullptr, nullptr};
        const std::unique_ptr<epan_t, decltype(&epan_free)> session(epan_new(nullptr, &provider),
                                                                    epan_free);
        const Tapped first = pass(session.get());
        if (settings_.has_second_pass()) {
            const Tapped second = pass(session.get());
            require(has_replaced_ || second.segments == first.segments,
                    "the second pass shows another number of segments");
            require(has_replaced_ || second.options == first.options,
                    "the second pass shows another number of options");
        }
        for (const auto& frame : frames_) {
            frame_data_destroy(&frame->data);
        }
    }

  private:
    std::unique_ptr<Frame> read_frame() {
        auto frame = std::make_unique<Frame>();
        ScriptedFrame scripted = next_frame(source_);
        milliseconds_ += scripted.milliseconds;
        frame->bytes = std::move(scripted.bytes);
        wtap_rec& record = frame->record;
        record.rec_type = REC_TYPE_PACKET;
        record.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN | WTAP_HAS_INTERFACE_ID;
        record.ts = {1'700'000'000 + milliseconds_ / 1000, milliseconds_ % 1000 * 1'000'000};
        wtap_packet_header& header = record.rec_header.packet_header;
        header.caplen = static_cast<guint32>(frame->bytes.size());
        header.len = scripted.reported;
        header.interface_id = scripted.interface_number;
        header.pkt_encap = kEncapsulations[scripted.link_type];
        if (scripted.has_number_of_last && !frames_.empty()) {
            frames_.back()->is_replaced = has_replaced_ = true;
        } else {
            ++number_;
        }
        frame_data_init(&frame->data, number_, &record, 0, 0);
        return frame;
    }

    Tapped pass(epan_t* session) {
        Tapped tapped;
        if (settings_.has_taps()) {
            listen("mptcp_analysis", &tapped, take_segment);
            listen("mptcp_options", &tapped.options, take_options);
        }
        const gboolean tree = settings_.has_tree() ? TRUE : FALSE;
        epan_dissect_t* const dissection = epan_dissect_new(session, tree, tree);
        for (const auto& frame : frames_) {
            if (frame->data.visited == 0 || !frame->is_replaced) {
                dissect(dissection, *frame);
            }
        }
        epan_dissect_free(dissection);
        if (settings_.has_taps()) {
            remove_tap_listener(&tapped);
            remove_tap_listener(&tapped.options);
        }
        return tapped;
    }

    static void listen(const char* tap, void* data, tap_packet_cb take) {
        GString* const error = register_tap_listener(tap, data, nullptr, TL_REQUIRES_NOTHING,
                                                     nullptr, take, nullptr, nullptr);
        require(error == nullptr, "no such tap");
    }

    void dissect(epan_dissect_t* dissection, Frame& frame) {
        frame_data_set_before_dissect(&frame.data, &elapsed_, &reference_, previous_);
        epan_dissect_run_with_taps(
            dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &frame.record,
            tvb_new_real_data(frame.bytes.data(), static_cast<guint>(frame.bytes.size()),
                              static_cast<gint>(frame.record.rec_header.packet_header.len)),
            &frame.data, nullptr);
        frame_data_set_after_dissect(&frame.data, &bytes_passed_);
        previous_ = &frame.data;
        epan_dissect_reset(dissection);
    }

    ByteSource source_;
    Settings settings_;
    std::vector<std::unique_ptr<Frame>> frames_;
    int milliseconds_ = 0;
    guint32 number_ = 0;
    bool has_replaced_ = false;
    nstime_t elapsed_{};
    const frame_data* reference_ = nullptr;
    const frame_data* previous_ = nullptr;
    guint32 bytes_passed_ = 0;
};

void disable_other_protocols() {
    void* cookie = nullptr;
    for (int id = proto_get_first_protocol(&cookie); id != -1;
         id = proto_get_next_protocol(&cookie)) {
        const std::string_view name = proto_get_protocol_filter_name(id);
        const bool is_wanted =
            std::find(kDissected.begin(), kDissected.end(), name) != kDissected.end();
        const bool is_alone = !proto_is_pino(find_protocol_by_id(id));
        if (!is_wanted && is_alone && proto_can_toggle_protocol(id)) {
            proto_set_decoding(id, FALSE);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** argv) {
    // Nobody's own settings, and memory whose misuse a sanitizer sees.
    g_setenv("HOME", "/nonexistent", TRUE);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);
    // Without tables of vendors and services, which would be read again for each input.
    g_setenv("WIRESHARK_DATA_DIR", "/nonexistent", TRUE);
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    init_process_policies();
    // Only then does it read the variables above.
    g_free(configuration_init((*argv)[0], "Wireshark"));
    wtap_init(FALSE);
    plugin_register();
    require(epan_init(nullptr, nullptr, FALSE) != 0, "libwireshark does not start");
    epan_load_settings();
    disable_other_protocols();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Capture({data, size}).run();
    return 0;
}
