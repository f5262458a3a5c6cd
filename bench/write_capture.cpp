/// Writes synthetic traffic as a capture: Ethernet, IPv4 and TCP headers, cut before the payload as
/// a snap length would (the payload counts as zeros, which its checksums are right for).
///
///   write_capture [--plain | --v0] FILE SEGMENTS [CONNECTIONS [SUBFLOWS]]
///   write_capture --attack NAME FILE PACKETS
///
/// `--plain` leaves out the MPTCP options: the same segments, as TCP. `--v0` speaks MPTCP's version
/// 0, not 1.

#include "attacks.hpp"
#include "traffic.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <vector>

namespace mptcp::bench {

namespace {

constexpr std::size_t kIpBytes = 20;
constexpr std::size_t kTcpBytes = 20;
constexpr std::uint32_t kSnapLength = 128;
constexpr std::uint8_t kTcp = 6;

using Frame = std::vector<std::uint8_t>;

void put16(Frame& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8U));
    out.push_back(static_cast<std::uint8_t>(value));
}

void put32(Frame& out, std::uint32_t value) {
    put16(out, static_cast<std::uint16_t>(value >> 16U));
    put16(out, static_cast<std::uint16_t>(value));
}

void put_bytes(Frame& out, ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), std::back_inserter(out));
}

/// Adds 16-bit words to a checksum under way. `bytes` has an even size.
std::uint32_t sum_words(ByteView bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        sum += static_cast<std::uint32_t>(bytes[i]) << 8U | bytes[i + 1];
    }
    return sum;
}

void store_checksum(Frame& frame, std::size_t offset, std::uint32_t sum) {
    while (sum > 0xffffU) {
        sum = (sum & 0xffffU) + (sum >> 16U);
    }
    frame[offset] = static_cast<std::uint8_t>(~sum >> 8U);
    frame[offset + 1] = static_cast<std::uint8_t>(~sum);
}

void put_ethernet(Frame& out, bool is_ipv6) {
    static constexpr std::array<std::uint8_t, 12> addresses = {0x02, 0, 0, 0, 0, 2,
                                                               0x02, 0, 0, 0, 0, 1};
    put_bytes(out, addresses);
    put16(out, is_ipv6 ? 0x86dd : 0x0800);
}

void put_ipv6(Frame& out, const Segment& segment, std::size_t tcp_length) {
    put32(out, 0x60000000);
    put16(out, static_cast<std::uint16_t>(tcp_length));
    out.push_back(kTcp);
    out.push_back(segment.capture_point.hop_limit);
    put_bytes(out, segment.source.address.view());
    put_bytes(out, segment.destination.address.view());
}

void put_ipv4(Frame& out, const Segment& segment, std::size_t tcp_length) {
    const std::size_t begin = out.size();
    put16(out, 0x4500);
    put16(out, static_cast<std::uint16_t>(kIpBytes + tcp_length));
    put16(out, segment.ip_id);
    put16(out, 0x4000); // don't fragment
    out.push_back(segment.capture_point.hop_limit);
    out.push_back(kTcp);
    put16(out, 0);
    put_bytes(out, segment.source.address.view());
    put_bytes(out, segment.destination.address.view());
    store_checksum(out, begin + 10, sum_words({out.data() + begin, kIpBytes}));
}

void put_tcp(Frame& out, const Segment& segment, ByteView options, std::size_t tcp_length) {
    const std::size_t begin = out.size();
    put16(out, segment.source.port);
    put16(out, segment.destination.port);
    put32(out, segment.sequence);
    put32(out, segment.acknowledgment);
    const auto words = static_cast<std::uint16_t>((kTcpBytes + options.size()) / 4);
    put16(out, static_cast<std::uint16_t>(words << 12U | segment.flags));
    put16(out, segment.window);
    put16(out, 0);
    put16(out, 0); // urgent pointer
    put_bytes(out, options);
    std::uint32_t sum = kTcp + static_cast<std::uint32_t>(tcp_length);
    sum = sum_words(segment.source.address.view(), sum);
    sum = sum_words(segment.destination.address.view(), sum);
    store_checksum(out, begin + 16, sum_words({out.data() + begin, out.size() - begin}, sum));
}

/// A classic pcap file with nanoseconds, in this machine's byte order.
class CaptureFile {
  public:
    explicit CaptureFile(const char* path) : file_(std::fopen(path, "wb"), std::fclose) {
        // Magic number, version 2.4 (two halves), time zone, accuracy, snap length, Ethernet.
        constexpr std::array<std::uint16_t, 2> version = {2, 4};
        write(std::uint32_t{0xa1b23c4d});
        write(version);
        write(std::array<std::uint32_t, 4>{0, 0, kSnapLength, 1});
    }

    void add(const Segment& segment, ByteView options) {
        const std::size_t tcp_length = kTcpBytes + options.size() + segment.payload_length;
        frame_.clear();
        const bool is_ipv6 = segment.source.address.is_ipv6();
        put_ethernet(frame_, is_ipv6);
        (is_ipv6 ? put_ipv6 : put_ipv4)(frame_, segment, tcp_length);
        put_tcp(frame_, segment, options, tcp_length);
        constexpr Nanoseconds second = 1'000'000'000;
        write(std::array<std::uint32_t, 4>{
            static_cast<std::uint32_t>(segment.time / second),
            static_cast<std::uint32_t>(segment.time % second),
            static_cast<std::uint32_t>(frame_.size()),
            static_cast<std::uint32_t>(frame_.size() + segment.payload_length)});
        write_bytes(frame_.data(), frame_.size());
    }

    /// False if anything could not be written.
    bool close() { return ok_ && std::fclose(file_.release()) == 0; }

  private:
    template <typename T>
    void write(const T& value) {
        write_bytes(&value, sizeof value);
    }
    void write_bytes(const void* data, std::size_t size) {
        ok_ = ok_ && file_ != nullptr && std::fwrite(data, 1, size, file_.get()) == size;
    }

    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
    bool ok_ = true;
    Frame frame_;
};

bool write_capture(const char* path, const TrafficShape& shape, bool plain) {
    CaptureFile file(path);
    Traffic(shape).run(
        [&](const Segment& segment) { file.add(segment, plain ? ByteView{} : segment.options); });
    return file.close();
}

bool write_attack(const char* path, const char* name, std::uint64_t packets) {
    CaptureFile file(path);
    Attacker attacker(packets, [&](const Segment& segment) { file.add(segment, segment.options); });
    for (const Attack& attack : all_attacks()) {
        if (attack.name == name) {
            attack.run(attacker);
        }
    }
    return file.close() && attacker.sent() == packets;
}

} // namespace

} // namespace mptcp::bench

int main(int argc, char** argv) {
    const auto has_option = [&](const char* name) {
        return argc > 1 && std::strcmp(argv[1], name) == 0;
    };
    const bool plain = has_option("--plain");
    const bool is_v0 = has_option("--v0");
    const bool is_attack = has_option("--attack");
    const int first = is_attack ? 3 : plain || is_v0 ? 2 : 1;
    if (argc < first + 2) {
        std::fprintf(stderr, "usage: write_capture [--plain | --v0] FILE SEGMENTS [CONNECTIONS "
                             "[SUBFLOWS]]\n"
                             "       write_capture --attack NAME FILE PACKETS\n");
        return 2;
    }
    const auto number = [&](int i, unsigned long otherwise) {
        return argc > first + i ? std::strtoul(argv[first + i], nullptr, 10) : otherwise;
    };
    mptcp::bench::TrafficShape shape;
    shape.segments = number(1, 0);
    shape.connections = static_cast<std::uint32_t>(number(2, 1));
    shape.subflows = static_cast<std::uint32_t>(number(3, 2));
    shape.version = is_v0 ? mptcp::Version::v0 : mptcp::Version::v1;
    const bool written = is_attack
                             ? mptcp::bench::write_attack(argv[first], argv[2], shape.segments)
                             : mptcp::bench::write_capture(argv[first], shape, plain);
    if (!written) {
        std::perror(argv[first]);
        return 1;
    }
    return 0;
}
