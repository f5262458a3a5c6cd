#pragma once
/// A stream into memory, for writers that write to a file.

#include <QByteArray>

#include <cstddef>
#include <cstdio>

namespace mptcp::dialogs {

class MemoryStream {
  public:
    MemoryStream();
    ~MemoryStream();
    MemoryStream(const MemoryStream&) = delete;
    MemoryStream& operator=(const MemoryStream&) = delete;

    [[nodiscard]] std::FILE* stream() const { return stream_; }
    /// What was written so far.
    [[nodiscard]] QByteArray content() const;

  private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* stream_;
};

} // namespace mptcp::dialogs
