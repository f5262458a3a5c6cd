#pragma once
/// The bytes of a fuzzer as numbers. At their end it gives zeros.

#include "analysis/bytes.hpp"

#include <algorithm>
#include <cstdint>

namespace mptcp::fuzz {

class ByteSource {
  public:
    explicit ByteSource(ByteView bytes) : rest_(bytes) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    /// Big-endian.
    template <typename T>
    T take() {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            value = value << 8 | (rest_.empty() ? 0 : rest_[0]);
            rest_ = rest_.subspan(std::min<std::size_t>(1, rest_.size()));
        }
        return static_cast<T>(value);
    }
    std::uint8_t byte() { return take<std::uint8_t>(); }

    /// As many of them as there are.
    ByteView bytes(std::size_t count) {
        const ByteView taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }

  private:
    ByteView rest_;
};

} // namespace mptcp::fuzz
