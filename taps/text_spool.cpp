#include "taps/text_spool.hpp"

#include "taps/output.hpp"

namespace mptcp::taps {

namespace {
constexpr std::size_t kMostWaiting = std::size_t{1} << 20;
} // namespace

TextSpool::Part TextSpool::add_part() {
    parts_.emplace_back();
    return parts_.size() - 1;
}

void TextSpool::append(Part part, std::string_view text) {
    parts_[part].waiting += text;
    waiting_ += text.size();
    if (waiting_ >= kMostWaiting) {
        spill();
    }
}

void TextSpool::spill() {
    waiting_ = 0;
    if (file_ == nullptr) {
        file_.reset(std::tmpfile());
    }
    if (file_ == nullptr || std::fseek(file_.get(), 0, SEEK_END) != 0) {
        // They stay in memory.
        return;
    }
    for (Text& text : parts_) {
        const Chunk chunk{std::ftell(file_.get()), text.waiting.size()};
        const bool written = chunk.position >= 0 && std::fwrite(text.waiting.data(), 1, chunk.size,
                                                                file_.get()) == chunk.size;
        if (written && chunk.size > 0) {
            text.written.push_back(chunk);
            text.waiting.clear();
        }
    }
}

bool TextSpool::copy(Part part, std::FILE* target) {
    std::string piece;
    for (const Chunk& chunk : parts_[part].written) {
        piece.resize(chunk.size);
        if (std::fseek(file_.get(), chunk.position, SEEK_SET) != 0 ||
            std::fread(piece.data(), 1, piece.size(), file_.get()) != piece.size()) {
            return false;
        }
        write(target, piece);
    }
    write(target, parts_[part].waiting);
    return true;
}

} // namespace mptcp::taps
