#include "stats-dialogs/report_export.hpp"

#include "taps/report.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "session_capture.hpp"

using namespace mptcp;
using namespace mptcp::dialogs;
using test::client;
using test::server;

namespace {

bool same(const YAML::Node& yaml, const QJsonValue& json);

bool same_members(const YAML::Node& yaml, const QJsonObject& json) {
    return yaml.IsMap() && int(yaml.size()) == json.size() &&
           std::all_of(yaml.begin(), yaml.end(), [&](const auto& member) {
               const auto key = QString::fromStdString(member.first.template as<std::string>());
               return json.contains(key) && same(member.second, json[key]);
           });
}

bool same_items(const YAML::Node& yaml, const QJsonArray& json) {
    bool all = yaml.IsSequence() && int(yaml.size()) == json.size();
    for (int i = 0; all && i < json.size(); ++i) {
        all = same(yaml[i], json[i]);
    }
    return all;
}

/// Whether both hold the same, as two readers that know nothing of each other see it.
bool same(const YAML::Node& yaml, const QJsonValue& json) {
    switch (json.type()) {
    case QJsonValue::Object:
        return same_members(yaml, json.toObject());
    case QJsonValue::Array:
        return same_items(yaml, json.toArray());
    case QJsonValue::Bool:
        return yaml.as<bool>() == json.toBool();
    case QJsonValue::Double:
        return yaml.Tag() == "?" && yaml.as<double>() == json.toDouble();
    case QJsonValue::String:
        // "!": quoted, so that nobody takes it for a number.
        return yaml.Tag() == "!" &&
               QString::fromStdString(yaml.as<std::string>()) == json.toString();
    default:
        return yaml.IsNull();
    }
}

struct Transfer : test::TwoPaths {
    Transfer() {
        data(0, server, {.ssn = 1, .offset = 0, .length = 1000});
        data(1, server, {.ssn = 1, .offset = 0, .length = 1000});
        data_ack(1, client, 1000);
    }
};

} // namespace

class ReportExportTest : public QObject {
    Q_OBJECT
  private slots:
    void yaml_holds_what_json_holds_data() {
        QTest::addColumn<QString>("report");
        for (const taps::ReportType& type : taps::report_types()) {
            const QString name = QString::fromStdString(std::string(type.grammar.name));
            QTest::newRow(qPrintable(name)) << name;
        }
    }

    void yaml_holds_what_json_holds() {
        QFETCH(QString, report);
        Transfer session;
        SessionCapture capture(session.capture);
        capture.load_segments();
        const std::string name = report.toStdString();
        const ExportedReport json = exported_report(capture, name, {}, ExportFormat::json);
        const ExportedReport yaml = exported_report(capture, name, {}, ExportFormat::yaml);
        QVERIFY(json.problem.isEmpty() && yaml.problem.isEmpty());
        const QJsonDocument read = QJsonDocument::fromJson(json.document);
        QVERIFY(read.isObject());
        QVERIFY(same(YAML::Load(yaml.document.toStdString()), read.object()));
    }
};

QTEST_MAIN(ReportExportTest)
#include "report_export_test.moc"
