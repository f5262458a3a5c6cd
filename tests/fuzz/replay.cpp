/// Runs a fuzz target on files, without a fuzzer and with any compiler.
///
///   replay_<target> NUMBER FILE|DIRECTORY...
///
/// Fails if there are fewer inputs than NUMBER: a test without inputs tests nothing.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Only some targets have one.
extern "C" [[gnu::weak]] int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace {

namespace fs = std::filesystem;

unsigned long inputs = 0;

void replay_file(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        std::fprintf(stderr, "Cannot read %s.\n", path.c_str());
        std::exit(EXIT_FAILURE);
    }
    const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
    // Said before: a crash leaves the name of its input.
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
}

void replay(const fs::path& path) {
    if (!fs::is_directory(path)) {
        replay_file(path);
        return;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            replay_file(entry.path());
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "Usage: %s NUMBER FILE|DIRECTORY...\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (LLVMFuzzerInitialize != nullptr) {
        LLVMFuzzerInitialize(&argc, &argv);
    }
    for (int i = 2; i < argc; ++i) {
        replay(argv[i]);
    }
    const unsigned long expected = std::strtoul(argv[1], nullptr, 10);
    std::printf("%lu inputs\n", inputs);
    if (inputs < expected) {
        std::fprintf(stderr, "At least %lu were expected.\n", expected);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
