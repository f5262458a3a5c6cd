#pragma once
/// Small sets of byte ranges and every order in which they can come.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace mptcp::test {

/// `length` bytes at `offset` of a stream.
struct Piece {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

using Pieces = std::vector<Piece>;

/// In order, with holes, overlapping, contained in each other, repeated.
inline const std::vector<Pieces>& piece_sets() {
    static const std::vector<Pieces> sets{
        {{0, 4}, {4, 4}, {8, 4}, {12, 4}, {16, 4}, {20, 4}},
        {{0, 3}, {4, 3}, {8, 3}, {12, 3}, {16, 3}},
        {{0, 6}, {4, 6}, {8, 6}, {12, 6}, {16, 6}},
        {{0, 24}, {2, 4}, {10, 1}, {20, 4}, {23, 3}},
        {{0, 5}, {0, 5}, {5, 5}, {5, 5}, {0, 10}},
        {{3, 1}, {1, 1}, {5, 1}, {0, 7}, {2, 3}, {4, 8}},
        {{0, 8}, {7, 2}, {8, 8}, {15, 2}, {20, 1}, {0, 0}},
    };
    return sets;
}

/// Calls `visit(const Pieces&)` with every order of `pieces`.
template <typename Visit>
void for_every_order(const Pieces& pieces, Visit&& visit) {
    std::vector<std::size_t> order(pieces.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Pieces ordered(pieces.size());
    do {
        std::transform(order.begin(), order.end(), ordered.begin(),
                       [&](std::size_t i) { return pieces[i]; });
        visit(ordered);
    } while (std::next_permutation(order.begin(), order.end()));
}

/// Calls `visit(const Pieces&)` with every order of each of the sets.
template <typename Visit>
void for_every_set_in_every_order(Visit&& visit) {
    for (const Pieces& pieces : piece_sets()) {
        for_every_order(pieces, visit);
    }
}

} // namespace mptcp::test
