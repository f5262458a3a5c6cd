#include "stats-dialogs/report_export.hpp"

#include "stats-dialogs/memory_stream.hpp"
#include "stats-dialogs/yaml_writer.hpp"
#include "taps/csv_writer.hpp"
#include "taps/json_writer.hpp"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QMessageBox>
#include <QSaveFile>

namespace mptcp::dialogs {

ExportedReport exported_report(Capture& capture, std::string_view report, const ReportScope& scope,
                               ExportFormat format, const taps::ReportOptions& options) {
    if (format == ExportFormat::yaml) {
        YamlWriter writer;
        const QString problem = run_report(capture, report, scope, writer, options);
        return {QByteArray::fromStdString(writer.document()), problem};
    }
    const MemoryStream memory;
    QString problem;
    if (format == ExportFormat::csv) {
        taps::CsvWriter writer(memory.stream());
        problem = run_report(capture, report, scope, writer, options);
    } else {
        taps::JsonWriter writer(memory.stream());
        problem = run_report(capture, report, scope, writer, options);
    }
    return {memory.content(), problem};
}

QString copy_report(Capture& capture, std::string_view report, const ReportScope& scope,
                    ExportFormat format) {
    const ExportedReport exported = exported_report(capture, report, scope, format);
    QApplication::clipboard()->setText(QString::fromUtf8(exported.document));
    return exported.problem;
}

void save_report(QWidget* parent, Capture& capture, std::string_view report,
                 const ReportScope& scope, const taps::ReportOptions& options) {
    QStringList patterns;
    for (const ExportFormatInfo& info : kExportFormats) {
        patterns << QString("%1 (*.%2)").arg(QString(info.suffix).toUpper(), info.suffix);
    }
    QString chosen;
    const QString path = QFileDialog::getSaveFileName(
        parent, QObject::tr("Save Report As"),
        QString("mptcp-%1.csv").arg(QString::fromUtf8(report.data(), int(report.size()))),
        patterns.join(";;"), &chosen);
    if (path.isEmpty()) {
        return;
    }
    // The name decides, and if it does not tell, the pattern.
    ExportFormat format =
        kExportFormats[std::size_t(std::max(0, int(patterns.indexOf(chosen))))].format;
    for (const ExportFormatInfo& info : kExportFormats) {
        if (path.endsWith(QString(".") + info.suffix, Qt::CaseInsensitive)) {
            format = info.format;
        }
    }
    const ExportedReport exported = exported_report(capture, report, scope, format, options);
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) &&
                         file.write(exported.document) == exported.document.size() && file.commit();
    const QString problem = written ? exported.problem : file.errorString();
    if (!problem.isEmpty()) {
        QMessageBox::warning(parent, QObject::tr("Save Report As"),
                             QObject::tr("%1: %2").arg(path, problem));
    }
}

} // namespace mptcp::dialogs
