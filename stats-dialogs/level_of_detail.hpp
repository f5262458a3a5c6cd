#pragma once
/// The marks of a graph, and a pyramid of blocks over them: drawing a view of a million marks costs
/// what its pixels cost.
///
/// A mark is a point or a vertical bar. Marks are sorted by x; those of the same x stay in the
/// order in which they came. Each level of the pyramid sums up 16 blocks of the level below: their
/// extremes, the largest gap between them, which tells whether a block may be drawn as one bar, and
/// which of 64 slices of its height hold anything.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp::dialogs {

struct Mark {
    double x = 0;
    double low = 0;
    /// 0 for a point.
    float height = 0;
    /// Whatever the owner wants to find it by.
    std::uint32_t id = 0;

    [[nodiscard]] double high() const { return low + static_cast<double>(height); }
};

/// A part of the plane, and the pixels that it is drawn on.
struct View {
    double left = 0;
    double right = 0;
    double bottom = 0;
    double top = 0;
    unsigned columns = 0;
    unsigned rows = 0;

    [[nodiscard]] double pixel_width() const { return (right - left) / columns; }
    [[nodiscard]] double pixel_height() const { return (top - bottom) / rows; }
    [[nodiscard]] bool is_empty() const {
        return columns == 0 || rows == 0 || !(left < right) || !(bottom < top);
    }
};

/// What is drawn for the marks of one column of pixels, or for a part of them.
struct Span {
    double x = 0;
    double low = 0;
    double high = 0;
};

struct Corner {
    double x = 0;
    double y = 0;
};

class LevelOfDetail {
  public:
    struct Bounds {
        double left = 0;
        double right = 0;
        double bottom = 0;
        double top = 0;
    };

    LevelOfDetail() = default;
    explicit LevelOfDetail(std::vector<Mark> marks);

    [[nodiscard]] bool is_empty() const { return marks_.empty(); }
    [[nodiscard]] std::size_t size() const { return marks_.size(); }
    /// In the order of x.
    [[nodiscard]] const Mark& operator[](std::size_t number) const { return marks_[number]; }
    /// Of all marks, of which there is one.
    [[nodiscard]] Bounds bounds() const;

    /// For dots and bars. Every mark in the view lies in a span of its column, and the spans of a
    /// column reach no farther than its marks. A gap between marks of a column may be filled if it
    /// is smaller than a pixel, or, in a column with more of them than kBlocksPerColumn can tell
    /// apart, smaller than two slices of a block.
    [[nodiscard]] std::vector<Span> spans(const View& view) const;

    /// For lines and steps through points: in each column the first value,
    /// the extremes and the last one; and the marks next to the view on both sides.
    [[nodiscard]] std::vector<Corner> corners(const View& view) const;

    /// Number of the mark that is nearest to a place, at most `radius` pixels away.
    [[nodiscard]] std::optional<std::size_t> nearest(const View& view, double x, double y,
                                                     double radius) const;

    /// Number of the first mark that has an x not below this one; size() if there is none.
    [[nodiscard]] std::size_t first_from(double x) const;

    static constexpr std::size_t kBlocksPerColumn = 64;
    static constexpr std::size_t kCornersPerColumn = 4;

  private:
    static constexpr std::size_t kFanOut = 16;

    struct Block {
        double low = 0;
        double high = 0;
        /// Between the marks below; an upper bound.
        double gap = 0;
        /// One bit for each slice of [low, high], from below.
        std::uint64_t slices = 1;
    };
    /// Level 0 are the marks themselves.
    struct Node {
        std::size_t level = 0;
        std::size_t number = 0;
    };
    class Column;
    class Search;

    void build();
    [[nodiscard]] Block block(Node node) const;
    static Block sum_of(const std::vector<Block>& children);
    static void fill_slices(Block& block, double low, double high);
    /// Calls `run` with the ends of each row of filled slices.
    template <typename Run>
    static void for_each_run(const Block& block, const Run& run);
    /// Marks [begin, end).
    [[nodiscard]] std::size_t begin_of(Node node) const;
    [[nodiscard]] std::size_t end_of(Node node) const;
    [[nodiscard]] std::size_t children_end(Node node) const;
    /// The fewest nodes that hold exactly these marks.
    [[nodiscard]] std::vector<Node> nodes_of(std::size_t begin, std::size_t end) const;
    /// Behind the marks in the column of mark `begin`.
    [[nodiscard]] std::size_t column_end(const View& view, std::size_t begin) const;
    void append_corners(std::size_t begin, std::size_t end, std::vector<Corner>& corners) const;

    std::vector<Mark> marks_;
    /// From level 1 on; the last level is one block.
    std::vector<std::vector<Block>> levels_;
};

} // namespace mptcp::dialogs
