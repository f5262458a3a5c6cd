#include "options_tap.hpp"

#include "analysis/options.hpp"
#include "analysis/segment.hpp"

#include <new>
#include <type_traits>

// In packet scope, where no destructor runs.
static_assert(std::is_trivially_destructible_v<mptcp::TcpOptions>);

namespace mptcp::plugin {

namespace {

int options_tap = -1;

} // namespace

void register_options_tap() {
    options_tap = register_tap("mptcp_options");
}

bool options_are_tapped() {
    return have_tap_listener(options_tap) != 0;
}

void tap_options(packet_info* pinfo, ByteView options, std::uint16_t flags) {
    if (!has_mptcp_option(options)) {
        return;
    }
    auto* parsed = new (wmem_alloc(pinfo->pool, sizeof(TcpOptions))) TcpOptions;
    parse_tcp_options(options, (flags & tcp_flag::syn) != 0, (flags & tcp_flag::ack) != 0, *parsed);
    tap_queue_packet(options_tap, pinfo, parsed);
}

} // namespace mptcp::plugin
