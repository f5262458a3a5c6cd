#include "stats-dialogs/yaml_writer.hpp"

#include <yaml-cpp/yaml.h>

namespace mptcp::dialogs {

YamlWriter::YamlWriter() : emitter_(std::make_unique<YAML::Emitter>()) {
}

YamlWriter::~YamlWriter() = default;

void YamlWriter::begin(const taps::DocumentInfo& info) {
    *emitter_ << YAML::BeginMap << YAML::Key << "schema" << YAML::Value << YAML::DoubleQuoted
              << info.schema;
    if (!info.filter.empty()) {
        *emitter_ << YAML::Key << "filter" << YAML::Value << YAML::DoubleQuoted << info.filter;
    }
}

void YamlWriter::text(std::string_view /*paragraph*/) {
}

void YamlWriter::begin_table(const taps::TableInfo& info, const taps::Schema& schema) {
    schema_ = schema;
    *emitter_ << YAML::Key << info.key << YAML::Value << YAML::BeginSeq;
}

void YamlWriter::row(const taps::Record& record) {
    write_record(schema_, record);
}

void YamlWriter::end_table() {
    *emitter_ << YAML::EndSeq;
}

void YamlWriter::end() {
    *emitter_ << YAML::EndMap << YAML::Newline;
}

std::string YamlWriter::document() const {
    return emitter_->c_str();
}

void YamlWriter::write_record(const taps::Schema& schema, const taps::Record& record) {
    *emitter_ << YAML::BeginMap;
    for (std::size_t i = 0; i < schema.size(); ++i) {
        *emitter_ << YAML::Key << schema[i].key << YAML::Value;
        write_value(schema[i], record[i]);
    }
    *emitter_ << YAML::EndMap;
}

void YamlWriter::write_value(const taps::Field& field, const taps::Value& value) {
    if (const auto* nested = value.get_if<taps::Record>()) {
        write_record(field.nested, *nested);
    } else if (const auto* list = value.get_if<taps::RecordList>()) {
        *emitter_ << YAML::BeginSeq;
        for (const taps::Record& record : list->records) {
            write_record(field.nested, record);
        }
        *emitter_ << YAML::EndSeq;
    } else {
        write_scalar(value);
    }
}

void YamlWriter::write_scalar(const taps::Value& value) {
    const std::string text = taps::machine_text(value);
    if (value.get_if<std::string>() != nullptr || value.get_if<taps::Hex>() != nullptr) {
        // Quoted, so that no reader takes a token for a number.
        *emitter_ << YAML::DoubleQuoted << text;
    } else if (text.empty()) {
        *emitter_ << YAML::Null;
    } else {
        *emitter_ << text;
    }
}

} // namespace mptcp::dialogs
