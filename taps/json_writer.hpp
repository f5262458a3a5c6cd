#pragma once
/// A report as one JSON document: {"schema": …, "filter": …, "<table>": [rows]}. Through
/// Wireshark's json_dumper; needs libwsutil only. `filter` is there only if there was one.

#include "taps/report_writer.hpp"

#include <cstdio>
#include <memory>

struct json_dumper;

namespace mptcp::taps {

class JsonWriter final : public ReportWriter {
  public:
    explicit JsonWriter(std::FILE* stream);
    ~JsonWriter() override;

    [[nodiscard]] Audience audience() const override { return Audience::machines; }
    void begin(const DocumentInfo& info) override;
    void text(std::string_view paragraph) override;
    void begin_table(const TableInfo& info, const Schema& schema) override;
    void row(const Record& record) override;
    void end_table() override;
    void end() override;

  private:
    void write_member(const char* key, const std::string& text);
    void write_record(const Schema& schema, const Record& record);
    void write_value(const Field& field, const Value& value);
    void write_scalar(const Value& value);

    std::unique_ptr<json_dumper> dumper_;
    Schema schema_;
};

} // namespace mptcp::taps
