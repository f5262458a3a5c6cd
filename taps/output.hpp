#pragma once
/// Where a report is written to: a C stream, with one answer to "did all of it arrive?".

#include <cstdio>
#include <string>
#include <string_view>

namespace mptcp::taps {

class Output {
  public:
    /// A file, overwritten; an empty path is the standard output.
    explicit Output(const std::string& path);
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Null if the file could not be opened.
    [[nodiscard]] std::FILE* stream() const { return stream_; }
    /// Flushes (and closes a file). Empty if everything arrived or the reader of the pipe has
    /// gone, else the reason as of strerror(3).
    [[nodiscard]] std::string finish();

  private:
    std::FILE* stream_ = nullptr;
    bool owned_ = false;
    int error_ = 0;
};

/// Writes all of `text`; errors stay in the stream until Output::finish().
void write(std::FILE* stream, std::string_view text);

/// Empty if `path` can be written to, else the reason. Creates the file, keeps what it holds.
std::string why_not_writable(const std::string& path);

/// Whether this program has the regular file `path` open for reading alone. False where the system
/// does not tell.
bool is_being_read(const std::string& path);

} // namespace mptcp::taps
