#include "stats-dialogs/connection_name.hpp"

#include "analysis/address.hpp"

#include <QObject>

namespace mptcp::dialogs {

QString connection_name(const Connection& connection) {
    const Side client = connection.client_side();
    const auto endpoint = [&](Side side) {
        return QString::fromStdString(endpoint_text(connection.host(side).endpoint));
    };
    QString name = QString("%1 · %2 → %3")
                       .arg(connection.number())
                       .arg(endpoint(client), endpoint(opposite(client)));
    if (connection.kind() == ConnectionKind::attempt) {
        name += QObject::tr(" (attempt)");
    }
    return name;
}

} // namespace mptcp::dialogs
