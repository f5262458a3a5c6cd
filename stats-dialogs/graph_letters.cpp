#include "stats-dialogs/graph_letters.hpp"

#include <cmath>

namespace mptcp::dialogs {

bool LetterPlaces::take(const QPointF& place) {
    const Cell cell{std::lround(place.x() / kSpacing), std::lround(place.y() / kSpacing)};
    for (const long column : {cell.first - 1, cell.first, cell.first + 1}) {
        for (const long row : {cell.second - 1, cell.second, cell.second + 1}) {
            if (taken_.count({column, row}) > 0) {
                return false;
            }
        }
    }
    taken_.insert(cell);
    return true;
}

} // namespace mptcp::dialogs
