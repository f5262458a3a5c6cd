#pragma once
/// Where the letters of a graph stand: one for marks that lie together.

#include <QPointF>

#include <set>
#include <utility>

namespace mptcp::dialogs {

class LetterPlaces {
  public:
    /// About the width of a letter, in pixels.
    static constexpr int kSpacing = 10;

    void clear() { taken_.clear(); }
    /// False if there is a letter near.
    bool take(const QPointF& place);

  private:
    using Cell = std::pair<long, long>;
    std::set<Cell> taken_;
};

} // namespace mptcp::dialogs
