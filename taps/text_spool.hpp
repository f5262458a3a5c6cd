#pragma once
/// Several texts that are written at the same time and wanted one after the other. Beyond a
/// megabyte they go to a temporary file.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mptcp::taps {

class TextSpool {
  public:
    /// Number of a text.
    using Part = std::size_t;

    Part add_part();
    void append(Part part, std::string_view text);

    /// Writes all of one text. False if it could not be read back.
    bool copy(Part part, std::FILE* target);

  private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    struct Chunk {
        long position = 0;
        std::size_t size = 0;
    };
    struct Text {
        std::vector<Chunk> written;
        std::string waiting;
    };

    void spill();

    std::vector<Text> parts_;
    std::size_t waiting_ = 0;
    std::unique_ptr<std::FILE, CloseFile> file_;
};

} // namespace mptcp::taps
