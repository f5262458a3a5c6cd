#pragma once
/// A report as one YAML document, laid out as the JSON one.

#include "taps/report_writer.hpp"

#include <memory>
#include <string>

namespace YAML {
class Emitter;
}

namespace mptcp::dialogs {

class YamlWriter final : public taps::ReportWriter {
  public:
    YamlWriter();
    ~YamlWriter() override;

    [[nodiscard]] taps::Audience audience() const override { return taps::Audience::machines; }
    void begin(const taps::DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const taps::TableInfo& info, const taps::Schema& schema) override;
    void row(const taps::Record& record) override;
    void end_table() override;
    void end() override;

    /// In UTF-8, once the report has ended.
    [[nodiscard]] std::string document() const;

  private:
    void write_record(const taps::Schema& schema, const taps::Record& record);
    void write_value(const taps::Field& field, const taps::Value& value);
    void write_scalar(const taps::Value& value);

    std::unique_ptr<YAML::Emitter> emitter_;
    taps::Schema schema_;
};

} // namespace mptcp::dialogs
