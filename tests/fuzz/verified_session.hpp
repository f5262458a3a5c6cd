#pragma once
/// A session in which the bytes of the fuzzer decide what is right and what is not: the engine has
/// to find out.

#include "tests/fuzz/byte_source.hpp"

namespace mptcp::fuzz {

void check_verdicts(ByteSource& source);

} // namespace mptcp::fuzz
