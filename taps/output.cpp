#include "taps/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace mptcp::taps {

namespace {

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

/// Of the first write() that failed since an Output was opened: stdio only keeps that one did.
int first_write_error = 0;

} // namespace

Output::Output(const std::string& path) {
    first_write_error = 0;
    if (path.empty()) {
        stream_ = stdout;
        return;
    }
    owned_ = true;
    stream_ = std::fopen(path.c_str(), "wb");
    if (stream_ == nullptr) {
        error_ = errno;
    }
}

Output::~Output() {
    if (owned_ && stream_ != nullptr) {
        std::fclose(stream_);
    }
}

std::string Output::finish() {
    if (stream_ == nullptr) {
        return reason_of(error_);
    }
    bool failed = std::ferror(stream_) != 0;
    errno = 0;
    failed = std::fflush(stream_) != 0 || failed;
    int error = first_write_error != 0 ? first_write_error : errno;
    if (owned_) {
        const bool close_failed = std::fclose(stream_) != 0;
        error = error == 0 && close_failed ? errno : error;
        failed = failed || close_failed;
        stream_ = nullptr;
    }
    // Who reads from a pipe has all that he wanted.
    if (!failed || error == EPIPE) {
        return {};
    }
    return reason_of(error != 0 ? error : EIO);
}

void write(std::FILE* stream, std::string_view text) {
    errno = 0;
    const bool failed = std::fwrite(text.data(), 1, text.size(), stream) < text.size();
    if (failed && first_write_error == 0) {
        first_write_error = errno;
    }
}

std::string why_not_writable(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::is_fifo(path, unknown)) {
        // Whoever reads from it would see its end when it is closed.
        return access(path.c_str(), W_OK) == 0 ? std::string() : reason_of(errno);
    }
    std::FILE* stream = std::fopen(path.c_str(), "ab");
    if (stream == nullptr) {
        return reason_of(errno);
    }
    std::fclose(stream);
    return {};
}

bool is_being_read(const std::string& path) {
    std::error_code stop;
    std::filesystem::directory_iterator files("/proc/self/fd", stop);
    for (; !stop && files != std::filesystem::directory_iterator(); files.increment(stop)) {
        const int number = std::atoi(files->path().filename().c_str());
        const int flags = fcntl(number, F_GETFL);
        std::error_code unknown;
        if (flags != -1 && (flags & O_ACCMODE) == O_RDONLY &&
            std::filesystem::is_regular_file(*files, unknown) &&
            std::filesystem::equivalent(*files, path, unknown)) {
            return true;
        }
    }
    return false;
}

} // namespace mptcp::taps
