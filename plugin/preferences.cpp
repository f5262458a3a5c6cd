#include "preferences.hpp"

#include "wireshark_compat.hpp"

namespace mptcp::plugin {

namespace {

constexpr Nanoseconds kNanosecondsPerMillisecond = 1'000'000;

compat::Boolean verify_checksums = true;
unsigned stall_ms = 200;

} // namespace

void register_preferences(int analysis_protocol) {
    module_t* module = prefs_register_protocol(analysis_protocol, nullptr);
    prefs_register_bool_preference(
        module, "verify_checksums", "Verify DSS checksums",
        "Where all payload of a mapping was captured and the hosts use checksums",
        &verify_checksums);
    prefs_register_uint_preference(
        module, "stall_ms", "Shortest stall (ms)",
        "A time without new data is a stall if it is longer than this and than four data RTTs", 10,
        &stall_ms);
}

Settings chosen_settings() {
    Settings settings;
    settings.verify_checksums = verify_checksums != 0;
    settings.shortest_stall = Nanoseconds{stall_ms} * kNanosecondsPerMillisecond;
    return settings;
}

} // namespace mptcp::plugin
