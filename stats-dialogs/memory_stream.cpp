#include "stats-dialogs/memory_stream.hpp"

#include <cstdlib>

namespace mptcp::dialogs {

MemoryStream::MemoryStream() : stream_(open_memstream(&data_, &size_)) {
}

MemoryStream::~MemoryStream() {
    std::fclose(stream_);
    std::free(data_); // NOLINT(cppcoreguidelines-no-malloc)
}

QByteArray MemoryStream::content() const {
    std::fflush(stream_);
    return {data_, static_cast<int>(size_)};
}

} // namespace mptcp::dialogs
