#pragma once
/// How a fuzz target says that it found something: it aborts, which the fuzzer takes for a crash.

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mptcp::fuzz {

[[noreturn]] inline void report_finding(const char* what) {
    std::fprintf(stderr, "Finding: %s\n", what);
    std::abort();
}

inline void require(bool holds, const char* what) {
    if (!holds) {
        report_finding(what);
    }
}

/// `violation` says what is wrong, if something is.
inline void require_nothing(const std::string& violation) {
    if (!violation.empty()) {
        report_finding(violation.c_str());
    }
}

} // namespace mptcp::fuzz
