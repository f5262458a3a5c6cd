#include "stats-dialogs/connection_selector.hpp"

#include "stats-dialogs/connection_name.hpp"

#include <QSignalBlocker>

#include <algorithm>

namespace mptcp::dialogs {

ConnectionSelector::ConnectionSelector(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setAccessibleName(tr("Connection"));
    connect(this, QOverload<int>::of(&QComboBox::currentIndexChanged), this, [this] {
        wanted_ = current();
        emit chosen(wanted_);
    });
}

void ConnectionSelector::refresh(const Tracker* tracker) {
    const QSignalBlocker silent(this);
    clear();
    if (tracker == nullptr) {
        return;
    }
    int longest = 0;
    for (const Connection* connection : tracker->connections()) {
        const QString name = connection_name(*connection);
        longest = std::max(longest, int(name.size()));
        addItem(name, connection->number());
    }
    setMinimumContentsLength(longest);
    setCurrentIndex(std::max(0, findData(wanted_)));
}

ConnectionNumber ConnectionSelector::current() const {
    return currentIndex() < 0 ? kNoConnection : currentData().value<ConnectionNumber>();
}

void ConnectionSelector::step(int by) {
    const int index = currentIndex() + by;
    if (index >= 0 && index < count()) {
        setCurrentIndex(index);
    }
}

} // namespace mptcp::dialogs
