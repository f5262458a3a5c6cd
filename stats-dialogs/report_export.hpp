#pragma once
/// Reports as documents to copy and to save: those that `-z mptcp,…` writes, and YAML.

#include "stats-dialogs/report_run.hpp"
#include "taps/arguments.hpp"

#include <QByteArray>
#include <QString>

#include <array>
#include <cstdint>

namespace mptcp::dialogs {

enum class ExportFormat : std::uint8_t {
    csv,
    yaml,
    json,
};

struct ExportFormatInfo {
    ExportFormat format;
    /// With the mnemonic of a menu.
    const char* menu_text;
    /// "csv": the end of a file's name.
    const char* suffix;
};

inline constexpr std::array<ExportFormatInfo, 3> kExportFormats{{
    {ExportFormat::csv, QT_TRANSLATE_NOOP("mptcp", "&CSV"), "csv"},
    {ExportFormat::yaml, QT_TRANSLATE_NOOP("mptcp", "&YAML"), "yaml"},
    {ExportFormat::json, QT_TRANSLATE_NOOP("mptcp", "&JSON"), "json"},
}};

struct ExportedReport {
    QByteArray document;
    /// Why it is not whole; empty if it is.
    QString problem;
};

ExportedReport exported_report(Capture& capture, std::string_view report, const ReportScope& scope,
                               ExportFormat format, const taps::ReportOptions& options = {});

/// Puts the report on the clipboard. Gives why it is not whole, or nothing.
QString copy_report(Capture& capture, std::string_view report, const ReportScope& scope,
                    ExportFormat format);

/// Asks for a file, in one of the formats, and writes the report to it. Says what goes wrong.
void save_report(QWidget* parent, Capture& capture, std::string_view report,
                 const ReportScope& scope, const taps::ReportOptions& options = {});

} // namespace mptcp::dialogs
