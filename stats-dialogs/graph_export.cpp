#include "stats-dialogs/graph_export.hpp"

#include "stats-dialogs/report_export.hpp"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSaveFile>

namespace mptcp::dialogs {

namespace {

const QStringList& suffixes() {
    static const QStringList all{"png", "pdf", "csv"};
    return all;
}

QString save_points(const QString& path, const GraphView& view, Capture& capture,
                    ConnectionNumber connection) {
    const taps::ReportOptions options{.graph = info_of(view.data().graph).series};
    const ExportedReport exported =
        exported_report(capture, "series", {{connection}, false}, ExportFormat::csv, options);
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.write(exported.document) == exported.document.size() && file.commit();
    return written ? exported.problem : file.errorString();
}

} // namespace

QString save_graph(const QString& path, GraphView& view, Capture& capture,
                   ConnectionNumber connection) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == "csv") {
        return save_points(path, view, capture, connection);
    }
    const bool is_saved =
        suffix == "pdf" ? view.savePdf(path) : view.savePng(path, 0, 0, view.devicePixelRatioF());
    return is_saved ? QString() : QObject::tr("The picture could not be written.");
}

void save_graph_as(QWidget* parent, GraphView& view, Capture& capture,
                   ConnectionNumber connection) {
    const QString patterns = QObject::tr("Picture (*.png);;Document (*.pdf);;Points of the series, "
                                         "both directions (*.csv)");
    QString chosen;
    QString path = QFileDialog::getSaveFileName(
        parent, QObject::tr("Save Graph As"),
        QStringLiteral("mptcp-connection-%1.png").arg(connection), patterns, &chosen);
    if (path.isEmpty()) {
        return;
    }
    if (!suffixes().contains(QFileInfo(path).suffix().toLower())) {
        const int pattern = int(patterns.split(";;").indexOf(chosen));
        path += "." + suffixes().value(pattern, suffixes().front());
    }
    const QString problem = save_graph(path, view, capture, connection);
    if (!problem.isEmpty()) {
        QMessageBox::warning(parent, QObject::tr("Save Graph As"),
                             QStringLiteral("%1: %2").arg(path, problem));
    }
}

} // namespace mptcp::dialogs
