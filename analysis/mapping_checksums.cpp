#include "mapping_checksums.hpp"

#include <algorithm>

namespace mptcp {

namespace {

/// Mappings that wait for payload; older ones are given up.
constexpr std::size_t kMostOpen = 1024;

using Judgement = MappingChecksums::Judgement;

Judgement worse(const Judgement& x, const Judgement& y) {
    const auto rank = [](const Check& check) {
        switch (check.result) {
        case Verification::absent:
            return 0;
        case Verification::good:
            return 1;
        case Verification::unverified:
            return 2;
        case Verification::bad:
            return 3;
        }
        return 0;
    };
    return rank(x.check) >= rank(y.check) ? x : y;
}

} // namespace

void MappingChecksums::announce(const Announcement& announcement) {
    if (announcement.range.empty()) {
        return;
    }
    if (open_.size() == kMostOpen) {
        open_.erase(open_.begin());
    }
    open_.try_emplace(announcement.range.begin, Open{announcement, {}, 0, false});
}

Judgement MappingChecksums::pass(Interval range, ByteView captured) {
    Judgement result;
    auto it = open_.upper_bound(range.begin);
    if (it != open_.begin()) {
        --it;
    }
    while (it != open_.end() && it->first < range.end) {
        Open& open = it->second;
        const Interval piece{std::max(range.begin, open.announcement.range.begin),
                             std::min(range.end, open.announcement.range.end)};
        if (piece.empty()) {
            ++it;
            continue;
        }
        const std::uint64_t skip = piece.begin - range.begin;
        add_piece(open, piece, captured.subspan(std::min<std::uint64_t>(skip, captured.size())));
        if (open.passed < open.announcement.range.size()) {
            ++it;
            continue;
        }
        result = worse(result, {judge(open), open.announcement.frame});
        it = open_.erase(it);
    }
    return result;
}

void MappingChecksums::add_piece(Open& open, Interval piece, ByteView captured) {
    open.passed += piece.size();
    if (captured.size() < piece.size()) {
        open.cut = true;
        return;
    }
    ByteView bytes = captured.first(piece.size());
    // A byte at an odd offset of the mapping is the low half of its word.
    if ((piece.begin - open.announcement.range.begin) % 2 != 0) {
        open.sum.add_u16(bytes.front());
        bytes = bytes.subspan(1);
    }
    const std::size_t even = bytes.size() / 2 * 2;
    open.sum.add(bytes.first(even));
    if (even < bytes.size()) {
        open.sum.add_u16(static_cast<std::uint16_t>(bytes.back() << 8));
    }
}

Check MappingChecksums::judge(const Open& open) {
    const Announcement& a = open.announcement;
    if (a.obstacle != UnverifiedReason::none) {
        return {Verification::unverified, a.obstacle};
    }
    if (open.cut) {
        return {Verification::unverified, UnverifiedReason::payload_cut};
    }
    const bool good = dss_checksum(open.sum, a.dsn, a.ssn, a.wire_length) == a.checksum;
    return {good ? Verification::good : Verification::bad, UnverifiedReason::none};
}

} // namespace mptcp
