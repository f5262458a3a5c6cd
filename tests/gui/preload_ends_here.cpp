/// Preloaded last: the programs that a program starts get none of what it was made to preload.
/// dumpcap never ends with the runtime of a sanitizer.

#include <cstdlib>

namespace {
[[gnu::constructor]] void end_preload() {
    unsetenv("LD_PRELOAD");
}
} // namespace
