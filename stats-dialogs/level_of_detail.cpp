#include "stats-dialogs/level_of_detail.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace mptcp::dialogs {

namespace {

bool is_before(const Mark& a, const Mark& b) {
    return a.x < b.x;
}

constexpr unsigned kSlices = 64;

double column_of(const View& view, double x) {
    return std::floor((x - view.left) / view.pixel_width());
}

} // namespace

// --- the pyramid

LevelOfDetail::LevelOfDetail(std::vector<Mark> marks) : marks_(std::move(marks)) {
    if (!std::is_sorted(marks_.begin(), marks_.end(), is_before)) {
        std::stable_sort(marks_.begin(), marks_.end(), is_before);
    }
    marks_.shrink_to_fit();
    build();
}

void LevelOfDetail::build() {
    std::vector<Block> children;
    for (std::size_t below = marks_.size(); below > 1;) {
        const std::size_t level = levels_.size() + 1;
        std::vector<Block> blocks((below + kFanOut - 1) / kFanOut);
        for (std::size_t number = 0; number < blocks.size(); ++number) {
            children.clear();
            const std::size_t end = std::min((number + 1) * kFanOut, below);
            for (std::size_t child = number * kFanOut; child < end; ++child) {
                children.push_back(block({level - 1, child}));
            }
            std::sort(children.begin(), children.end(),
                      [](const Block& a, const Block& b) { return a.low < b.low; });
            blocks[number] = sum_of(children);
        }
        below = blocks.size();
        levels_.push_back(std::move(blocks));
    }
}

LevelOfDetail::Block LevelOfDetail::sum_of(const std::vector<Block>& children) {
    Block sum = children.front();
    for (const Block& child : children) {
        sum.gap = std::max({sum.gap, child.gap, child.low - sum.high});
        sum.high = std::max(sum.high, child.high);
    }
    sum.slices = 0;
    for (const Block& child : children) {
        for_each_run(child, [&sum](double low, double high) { fill_slices(sum, low, high); });
    }
    return sum;
}

void LevelOfDetail::fill_slices(Block& block, double low, double high) {
    const double height = block.high - block.low;
    const auto slice_of = [&](double y) {
        const double slice = height > 0 ? (y - block.low) / height * kSlices : 0;
        return static_cast<unsigned>(std::clamp(slice, 0.0, kSlices - 1.0));
    };
    const unsigned first = slice_of(low);
    const unsigned count = slice_of(high) - first + 1;
    block.slices |= (~std::uint64_t{0} >> (kSlices - count)) << first;
}

template <typename Run>
void LevelOfDetail::for_each_run(const Block& block, const Run& run) {
    const double slice = (block.high - block.low) / kSlices;
    for (unsigned first = 0; first < kSlices && block.slices >> first != 0;) {
        first += static_cast<unsigned>(std::countr_zero(block.slices >> first));
        const unsigned count = static_cast<unsigned>(std::countr_one(block.slices >> first));
        const unsigned end = first + count;
        run(block.low + slice * first, end == kSlices ? block.high : block.low + slice * end);
        first = end;
    }
}

LevelOfDetail::Block LevelOfDetail::block(Node node) const {
    if (node.level > 0) {
        return levels_[node.level - 1][node.number];
    }
    const Mark& mark = marks_[node.number];
    return {.low = mark.low, .high = mark.high(), .gap = 0, .slices = ~std::uint64_t{0}};
}

std::size_t LevelOfDetail::begin_of(Node node) const {
    std::size_t begin = node.number;
    for (std::size_t level = 0; level < node.level; ++level) {
        begin *= kFanOut;
    }
    return begin;
}

std::size_t LevelOfDetail::end_of(Node node) const {
    return std::min(begin_of({node.level, node.number + 1}), marks_.size());
}

std::size_t LevelOfDetail::children_end(Node node) const {
    const std::size_t below = node.level > 1 ? levels_[node.level - 2].size() : marks_.size();
    return std::min((node.number + 1) * kFanOut, below);
}

std::vector<LevelOfDetail::Node> LevelOfDetail::nodes_of(std::size_t begin, std::size_t end) const {
    std::vector<Node> nodes;
    for (std::size_t level = 0; begin < end; ++level) {
        const bool is_top = level == levels_.size();
        for (; begin < end && (is_top || begin % kFanOut != 0); ++begin) {
            nodes.push_back({level, begin});
        }
        // The last block of a level may hold fewer: it is whole all the same.
        const std::size_t size = level == 0 ? marks_.size() : levels_[level - 1].size();
        for (; begin < end && end % kFanOut != 0 && end != size; --end) {
            nodes.push_back({level, end - 1});
        }
        if (begin < end) {
            begin /= kFanOut;
            end = (end + kFanOut - 1) / kFanOut;
        }
    }
    return nodes;
}

LevelOfDetail::Bounds LevelOfDetail::bounds() const {
    const Block all = block({levels_.size(), 0});
    return {.left = marks_.front().x, .right = marks_.back().x, .bottom = all.low, .top = all.high};
}

std::size_t LevelOfDetail::first_from(double x) const {
    return static_cast<std::size_t>(
        std::lower_bound(marks_.begin(), marks_.end(), x,
                         [](const Mark& mark, double place) { return mark.x < place; }) -
        marks_.begin());
}

std::size_t LevelOfDetail::column_end(const View& view, std::size_t begin) const {
    const double column = column_of(view, marks_[begin].x);
    const auto is_inside = [&](const Mark& mark) { return column_of(view, mark.x) <= column; };
    // Doubling steps: most columns hold few marks, or many.
    std::size_t step = 1;
    while (begin + step < marks_.size() && is_inside(marks_[begin + step])) {
        step *= 2;
    }
    const auto at = [&](std::size_t number) {
        return marks_.begin() + static_cast<std::ptrdiff_t>(std::min(number, marks_.size()));
    };
    const auto end = std::partition_point(at(begin + (step + 1) / 2), at(begin + step), is_inside);
    return static_cast<std::size_t>(end - marks_.begin());
}

// --- dots and bars

/// Makes the spans of one column, looking closer where a block has visible gaps.
class LevelOfDetail::Column {
  public:
    Column(const LevelOfDetail& marks, const View& view)
        : marks_(marks), view_(view), pixel_(view.pixel_height()) {}

    void append(std::size_t begin, std::size_t end, std::vector<Span>& spans) {
        pieces_.clear();
        nodes_ = marks_.nodes_of(begin, end);
        const std::size_t most = nodes_.size() + kBlocksPerColumn;
        // The vector grows while it is read: coarse blocks first, their children behind them.
        for (std::size_t next = 0; next < nodes_.size(); ++next) {
            take(nodes_[next], most);
        }
        join(marks_[begin].x, spans);
    }

  private:
    struct Piece {
        double low = 0;
        double high = 0;
    };

    void take(Node node, std::size_t most) {
        const Block block = marks_.block(node);
        if (block.high < view_.bottom || block.low > view_.top) {
            return;
        }
        if (block.gap <= pixel_) {
            pieces_.push_back({.low = block.low, .high = block.high});
            return;
        }
        if (block.high - block.low <= pixel_ * kSlices || nodes_.size() + kFanOut > most) {
            for_each_run(block, [this](double low, double high) {
                pieces_.push_back({.low = low, .high = high});
            });
            return;
        }
        const std::size_t end = marks_.children_end(node);
        for (std::size_t child = node.number * kFanOut; child < end; ++child) {
            nodes_.push_back({node.level - 1, child});
        }
    }

    void join(double x, std::vector<Span>& spans) {
        std::sort(pieces_.begin(), pieces_.end(),
                  [](const Piece& a, const Piece& b) { return a.low < b.low; });
        const std::size_t first = spans.size();
        for (const Piece& piece : pieces_) {
            if (spans.size() > first && piece.low - spans.back().high <= pixel_) {
                spans.back().high = std::max(spans.back().high, piece.high);
            } else {
                spans.push_back({.x = x, .low = piece.low, .high = piece.high});
            }
        }
    }

    const LevelOfDetail& marks_;
    const View& view_;
    double pixel_;
    std::vector<Node> nodes_;
    std::vector<Piece> pieces_;
};

std::vector<Span> LevelOfDetail::spans(const View& view) const {
    std::vector<Span> spans;
    if (view.is_empty()) {
        return spans;
    }
    Column column(*this, view);
    for (std::size_t begin = first_from(view.left);
         begin < marks_.size() && marks_[begin].x <= view.right;) {
        const std::size_t end = column_end(view, begin);
        column.append(begin, end, spans);
        begin = end;
    }
    return spans;
}

// --- lines and steps

std::vector<Corner> LevelOfDetail::corners(const View& view) const {
    std::vector<Corner> corners;
    if (view.is_empty()) {
        return corners;
    }
    std::size_t begin = first_from(view.left);
    if (begin > 0) {
        corners.push_back({marks_[begin - 1].x, marks_[begin - 1].low});
    }
    while (begin < marks_.size() && marks_[begin].x <= view.right) {
        const std::size_t end = column_end(view, begin);
        append_corners(begin, end, corners);
        begin = end;
    }
    if (begin < marks_.size()) {
        corners.push_back({marks_[begin].x, marks_[begin].low});
    }
    return corners;
}

void LevelOfDetail::append_corners(std::size_t begin, std::size_t end,
                                   std::vector<Corner>& corners) const {
    if (end - begin <= kCornersPerColumn) {
        for (; begin < end; ++begin) {
            corners.push_back({marks_[begin].x, marks_[begin].low});
        }
        return;
    }
    double low = std::numeric_limits<double>::max();
    double high = std::numeric_limits<double>::lowest();
    for (const Node node : nodes_of(begin, end)) {
        const Block all = block(node);
        low = std::min(low, all.low);
        high = std::max(high, all.high);
    }
    const double x = marks_[begin].x;
    corners.push_back({x, marks_[begin].low});
    corners.push_back({x, low});
    corners.push_back({x, high});
    corners.push_back({marks_[end - 1].x, marks_[end - 1].low});
}

// --- looking up

/// Leaves out the blocks that are farther away than the best mark so far.
class LevelOfDetail::Search {
  public:
    Search(const LevelOfDetail& marks, const View& view, double x, double y, double radius)
        : marks_(marks), x_(x), y_(y), width_(view.pixel_width()), height_(view.pixel_height()),
          best_(radius) {}

    void look_at(Node node) {
        const double distance = distance_of(node);
        if (distance > best_ || (found_ && distance == best_)) {
            return;
        }
        if (node.level == 0) {
            best_ = distance;
            found_ = node.number;
            return;
        }
        const std::size_t end = marks_.children_end(node);
        for (std::size_t child = node.number * kFanOut; child < end; ++child) {
            look_at({node.level - 1, child});
        }
    }
    [[nodiscard]] std::optional<std::size_t> found() const { return found_; }

  private:
    [[nodiscard]] double distance_of(Node node) const {
        const Block block = marks_.block(node);
        const double left = marks_[marks_.begin_of(node)].x;
        const double right = marks_[marks_.end_of(node) - 1].x;
        return std::hypot(outside(x_, left, right) / width_,
                          outside(y_, block.low, block.high) / height_);
    }
    static double outside(double place, double low, double high) {
        return std::max({low - place, place - high, 0.0});
    }

    const LevelOfDetail& marks_;
    double x_;
    double y_;
    double width_;
    double height_;
    double best_;
    std::optional<std::size_t> found_;
};

std::optional<std::size_t> LevelOfDetail::nearest(const View& view, double x, double y,
                                                  double radius) const {
    if (view.is_empty() || is_empty()) {
        return std::nullopt;
    }
    Search search(*this, view, x, y, radius);
    search.look_at({levels_.size(), 0});
    return search.found();
}

} // namespace mptcp::dialogs
