#pragma once
/// What every unit test shares: cmocka for C++, and bytes written in hex.
///
/// Include it after all other headers: cmocka's macros (`fail`, `mock`, `skip`) are common words.
/// A failed assertion leaves the test by longjmp: what it had allocated is lost, nothing else.

#include <charconv>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <csetjmp>

extern "C" {
#include <cmocka.h>
}

namespace mptcp::test {

using Bytes = std::vector<std::uint8_t>;

/// Bytes from hex digits; blanks are for the eye. Anything else fails the test.
inline Bytes from_hex(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c != ' ' && c != '\n') {
            digits.push_back(c);
        }
    }
    assert_int_equal(digits.size() % 2, 0);
    Bytes bytes(digits.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* first = digits.data() + 2 * i;
        const auto [end, error] = std::from_chars(first, first + 2, bytes[i], 16);
        assert_true(end == first + 2 && error == std::errc{});
    }
    return bytes;
}

} // namespace mptcp::test
