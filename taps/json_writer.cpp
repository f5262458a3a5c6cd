#include "taps/json_writer.hpp"

#include <glib.h>
#include <wsutil/json_dumper.h>

namespace mptcp::taps {

namespace {

/// Arguments come in whatever bytes the command line had; JSON is UTF-8.
void dump_string(json_dumper* dumper, const std::string& text) {
    char* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    json_dumper_value_string(dumper, valid);
    g_free(valid);
}

} // namespace

JsonWriter::JsonWriter(std::FILE* stream) : dumper_(std::make_unique<json_dumper>()) {
    dumper_->output_file = stream;
    dumper_->flags = JSON_DUMPER_FLAGS_PRETTY_PRINT;
}

JsonWriter::~JsonWriter() = default;

void JsonWriter::begin(const DocumentInfo& info) {
    json_dumper_begin_object(dumper_.get());
    write_member("schema", info.schema);
    if (!info.filter.empty()) {
        write_member("filter", info.filter);
    }
}

void JsonWriter::text(std::string_view /*paragraph*/) {
}

void JsonWriter::begin_table(const TableInfo& info, const Schema& schema) {
    schema_ = schema;
    json_dumper_set_member_name(dumper_.get(), info.key.c_str());
    json_dumper_begin_array(dumper_.get());
}

void JsonWriter::row(const Record& record) {
    write_record(schema_, record);
}

void JsonWriter::end_table() {
    json_dumper_end_array(dumper_.get());
}

void JsonWriter::end() {
    json_dumper_end_object(dumper_.get());
    json_dumper_finish(dumper_.get());
}

void JsonWriter::write_member(const char* key, const std::string& text) {
    json_dumper_set_member_name(dumper_.get(), key);
    dump_string(dumper_.get(), text);
}

void JsonWriter::write_record(const Schema& schema, const Record& record) {
    json_dumper_begin_object(dumper_.get());
    for (std::size_t i = 0; i < schema.size(); ++i) {
        json_dumper_set_member_name(dumper_.get(), schema[i].key.c_str());
        write_value(schema[i], record[i]);
    }
    json_dumper_end_object(dumper_.get());
}

void JsonWriter::write_value(const Field& field, const Value& value) {
    if (const auto* nested = value.get_if<Record>()) {
        write_record(field.nested, *nested);
    } else if (const auto* list = value.get_if<RecordList>()) {
        json_dumper_begin_array(dumper_.get());
        for (const Record& record : list->records) {
            write_record(field.nested, record);
        }
        json_dumper_end_array(dumper_.get());
    } else {
        write_scalar(value);
    }
}

void JsonWriter::write_scalar(const Value& value) {
    const std::string text = machine_text(value);
    const bool quoted = value.get_if<std::string>() != nullptr || value.get_if<Hex>() != nullptr;
    if (quoted) {
        dump_string(dumper_.get(), text);
    } else {
        // Null, and reals that are no number, have no text.
        json_dumper_value_anyf(dumper_.get(), "%s", text.empty() ? "null" : text.c_str());
    }
}

} // namespace mptcp::taps
