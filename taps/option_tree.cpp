#include "taps/option_tree.hpp"

#include "taps/quantity.hpp"

#include "plugin/wireshark_compat.hpp"

#include "analysis/event_words.hpp"
#include "analysis/options.hpp"

#include <fmt/format.h>

#include <string>
#include <variant>

namespace mptcp::taps {

namespace {

constexpr const char* kTap = "mptcp_options";
constexpr const char* kSegments = "Segments with MPTCP options";
constexpr const char* kOptions = "Options";
constexpr const char* kLengths = "Lengths of options";

/// A node and the way to count below it.
class Node {
  public:
    /// At the top of the tree.
    Node(stats_tree* tree, const char* name) : Node(tree, name, 0) {}

    /// Counts one more `name` below this one.
    // NOLINTNEXTLINE(modernize-use-nodiscard): it is called for what it counts
    Node count(const std::string& name) const { return {tree_, name.c_str(), id_}; }

    void count_if(bool holds, const char* name) const {
        if (holds) {
            count(name);
        }
    }

  private:
    Node(stats_tree* tree, const char* name, int parent)
        : tree_(tree), id_(tick_stat_node(tree, name, parent, TRUE)) {}

    stats_tree* tree_;
    int id_;
};

std::string bytes(std::size_t length) {
    return count_text(length, "byte");
}

const char* width(const WireDsn& number) {
    return number.is_64bit ? "64 bits" : "32 bits";
}

const char* priority(bool backup) {
    return backup ? "Backup" : "Regular";
}

/// Counts one option below its subtype; gives its length on the wire, 0 if that was not captured.
class OptionCounter {
  public:
    explicit OptionCounter(const Node& options) : options_(options) {}

    std::size_t operator()(const MpCapable& option) const {
        const std::size_t length = option.checksum       ? 24
                                   : option.data_length  ? 22
                                   : option.receiver_key ? 20
                                   : option.sender_key   ? 12
                                                         : 4;
        const Node subtype = options_.count("MP_CAPABLE");
        subtype.count(fmt::format("Version {}", option.version)).count(bytes(length));
        subtype.count_if(option.checksum_required(), "Checksum required");
        return length;
    }

    std::size_t operator()(const MpJoinSyn& option) const {
        count_join("SYN").count(priority(option.backup));
        return 12;
    }

    std::size_t operator()(const MpJoinSynAck& option) const {
        count_join("SYN/ACK").count(priority(option.backup));
        return 16;
    }

    std::size_t operator()(const MpJoinAck& /*option*/) const {
        count_join("ACK");
        return 24;
    }

    std::size_t operator()(const Dss& option) const {
        const Node subtype = options_.count("DSS");
        const Node ack = subtype.count("DATA_ACK");
        const Node mapping = subtype.count("Mapping");
        ack.count(option.data_ack ? width(*option.data_ack) : "None");
        std::size_t length = 4 + (option.data_ack ? size_of(*option.data_ack) : 0);
        if (option.mapping) {
            const Node kind = mapping.count(option.mapping->length == 0 ? "Infinite" : "Finite");
            kind.count(width(option.mapping->dsn));
            kind.count_if(option.mapping->checksum.has_value(), "With a checksum");
            length += size_of(option.mapping->dsn) + 6 + (option.mapping->checksum ? 2 : 0);
        } else {
            mapping.count("None");
        }
        subtype.count_if(option.data_fin, "DATA_FIN");
        return length;
    }

    std::size_t operator()(const AddAddr& option) const {
        const bool is_v6 = option.address.is_ipv6();
        const Node kind = options_.count("ADD_ADDR")
                              .count(option.v0_layout ? "Version 0"
                                     : option.echo    ? "Echo"
                                                      : "Announcement");
        kind.count(is_v6 ? "IPv6" : "IPv4");
        kind.count_if(option.port.has_value(), "With a port");
        return 4U + (is_v6 ? 16U : 4U) + (option.port ? 2U : 0U) +
               (option.truncated_hmac ? 8U : 0U);
    }

    std::size_t operator()(const RemoveAddr& option) const {
        options_.count("REMOVE_ADDR").count(count_text(option.count, "address ID"));
        return 3U + option.count;
    }

    std::size_t operator()(const MpPrio& option) const {
        options_.count("MP_PRIO").count(priority(option.backup));
        return option.address_id ? 4 : 3;
    }

    std::size_t operator()(const MpFail& /*option*/) const {
        options_.count("MP_FAIL");
        return 12;
    }

    std::size_t operator()(const MpFastclose& /*option*/) const {
        options_.count("MP_FASTCLOSE");
        return 12;
    }

    std::size_t operator()(const MpTcpRst& option) const {
        const Node reason = options_.count("MP_TCPRST").count(reset_reason_text(option.reason));
        reason.count(option.transient() ? "Transient" : "Permanent");
        return 4;
    }

    std::size_t operator()(const MalformedOption& option) const {
        const std::string subtype =
            option.subtype ? fmt::format("Subtype {}", *option.subtype) : "Subtype not captured";
        options_.count("Malformed").count(reason(option.reason)).count(subtype);
        return option.length.value_or(0);
    }

  private:
    // NOLINTNEXTLINE(modernize-use-nodiscard): it is called for what it counts
    Node count_join(const char* layout) const { return options_.count("MP_JOIN").count(layout); }

    static std::size_t size_of(const WireDsn& number) { return number.is_64bit ? 8 : 4; }

    static const char* reason(MalformedOption::Reason reason) {
        switch (reason) {
        case MalformedOption::Reason::cut:
            return "Cut by the snap length";
        case MalformedOption::Reason::bad_length:
            return "Length that no RFC gives it";
        case MalformedOption::Reason::unknown_subtype:
            return "Unknown subtype";
        }
        return "";
    }

    Node options_;
};

tap_packet_status count_segment(stats_tree* tree, packet_info* /*pinfo*/, epan_dissect_t* /*edt*/,
                                const void* data, tap_flags_t /*flags*/) {
    const auto& options = *static_cast<const TcpOptions*>(data);
    const Node segments(tree, kSegments);
    segments.count(fmt::format("{} in one segment", options.mptcp.size()));
    for (const MptcpOption& option : options.mptcp) {
        const std::size_t length = std::visit(OptionCounter(Node(tree, kOptions)), option);
        Node(tree, kLengths).count(length > 0 ? bytes(length) : "Not captured");
    }
    return TAP_PACKET_REDRAW;
}

} // namespace

void register_option_tree() {
    // Not as a plugin's: that would make a second menu "MPTCP" below Statistics.
    stats_tree_register(kTap, "mptcp", "MPTCP Options", 0, count_segment, nullptr, nullptr);
}

bool option_tree_is_shown() {
    return have_tap_listener(find_tap_id(kTap)) != 0;
}

} // namespace mptcp::taps
