#include "taps/output.hpp"

#include <cerrno>
#include <system_error>

namespace mptcp::taps {

namespace {

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

} // namespace

Output::Output(const std::string& path) {
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
    errno = 0;
    bool failed = std::ferror(stream_) != 0;
    failed = std::fflush(stream_) != 0 || failed;
    int error = errno;
    if (owned_) {
        const bool close_failed = std::fclose(stream_) != 0;
        error = error == 0 && close_failed ? errno : error;
        failed = failed || close_failed;
        stream_ = nullptr;
    }
    if (!failed) {
        return {};
    }
    return reason_of(error != 0 ? error : EIO);
}

void write(std::FILE* stream, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stream);
}

std::string why_not_writable(const std::string& path) {
    std::FILE* stream = std::fopen(path.c_str(), "ab");
    if (stream == nullptr) {
        return reason_of(errno);
    }
    std::fclose(stream);
    return {};
}

} // namespace mptcp::taps
