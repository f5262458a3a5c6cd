#include "stats-dialogs/collected_table.hpp"

#include <glib.h>

#include <algorithm>
#include <bit>
#include <numeric>

namespace mptcp::dialogs {

CollectedTable::CollectedTable(std::string name, std::vector<std::string> keys)
    : name_(std::move(name)), keys_(std::move(keys)), columns_(keys_.size()) {
}

void CollectedTable::add(const taps::FlatTable::Cells& cells) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i].add(*cells[i]);
    }
    ++rows_;
}

std::optional<std::size_t> CollectedTable::column(std::string_view key) const {
    const auto found = std::find(keys_.begin(), keys_.end(), key);
    return found == keys_.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - keys_.begin()));
}

bool CollectedTable::holds_text(std::size_t column) const {
    return !columns_[column].holds_quantity;
}

taps::Value CollectedTable::value(std::size_t row, std::size_t column) const {
    return columns_[column].value(row);
}

void CollectedTable::Column::add(const taps::Value& value) {
    Kind kind = Kind::unknown;
    std::uint64_t content = 0;
    if (const auto* boolean = value.get_if<bool>()) {
        kind = Kind::boolean;
        content = *boolean ? 1 : 0;
    } else if (const auto* integer = value.get_if<std::int64_t>()) {
        kind = Kind::integer;
        content = static_cast<std::uint64_t>(*integer);
    } else if (const auto* natural = value.get_if<std::uint64_t>()) {
        kind = Kind::natural;
        content = *natural;
    } else if (const auto* real = value.get_if<double>()) {
        kind = Kind::real;
        content = std::bit_cast<std::uint64_t>(*real);
    } else if (const auto* text = value.get_if<std::string>()) {
        kind = Kind::text;
        const auto [place, is_new] = index_of_text.try_emplace(*text, texts.size());
        if (is_new) {
            texts.push_back(*text);
        }
        content = place->second;
    } else if (const auto* hex = value.get_if<taps::Hex>()) {
        kind = Kind::hex;
        content = hex->value;
        hex_digits = hex->digits;
    } else if (const auto* seconds = value.get_if<taps::Seconds>()) {
        kind = Kind::seconds;
        content = static_cast<std::uint64_t>(seconds->nanoseconds);
    }
    holds_quantity |= kind != Kind::unknown && kind != Kind::text && kind != Kind::boolean;
    kinds.push_back(kind);
    bits.push_back(content);
}

taps::Value CollectedTable::Column::value(std::size_t row) const {
    const std::uint64_t content = bits[row];
    switch (kinds[row]) {
    case Kind::unknown:
        break;
    case Kind::boolean:
        return content != 0;
    case Kind::integer:
        return static_cast<std::int64_t>(content);
    case Kind::natural:
        return content;
    case Kind::real:
        return std::bit_cast<double>(content);
    case Kind::text:
        return texts[content];
    case Kind::hex:
        return taps::Hex{.value = content, .digits = hex_digits};
    case Kind::seconds:
        return taps::Seconds{static_cast<Nanoseconds>(content)};
    }
    return {};
}

std::vector<double> CollectedTable::Column::ranks_of_texts() const {
    std::vector<std::string> keys;
    keys.reserve(texts.size());
    for (const std::string& text : texts) {
        char* const key =
            g_utf8_collate_key_for_filename(text.data(), static_cast<gssize>(text.size()));
        keys.emplace_back(key);
        g_free(key);
    }
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    std::vector<double> ranks(texts.size());
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        ranks[order[rank]] = static_cast<double>(rank);
    }
    return ranks;
}

std::vector<double> CollectedTable::Column::ranks() const {
    const std::vector<double> of_texts = ranks_of_texts();
    std::vector<double> ranks(bits.size());
    for (std::size_t row = 0; row < bits.size(); ++row) {
        switch (kinds[row]) {
        case Kind::real:
            ranks[row] = std::bit_cast<double>(bits[row]);
            break;
        case Kind::text:
            ranks[row] = of_texts[bits[row]];
            break;
        case Kind::integer:
        case Kind::seconds:
            ranks[row] = static_cast<double>(static_cast<std::int64_t>(bits[row]));
            break;
        default:
            ranks[row] = static_cast<double>(bits[row]);
            break;
        }
    }
    return ranks;
}

std::vector<std::uint32_t> CollectedTable::sorted_by(std::size_t column, bool descending) const {
    const Column& by = columns_[column];
    const std::vector<double> ranks = by.ranks();
    std::vector<std::uint32_t> order(rows_);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const bool a_known = by.kinds[a] != Kind::unknown;
        const bool b_known = by.kinds[b] != Kind::unknown;
        if (!a_known || !b_known) {
            return a_known && !b_known;
        }
        if (ranks[a] != ranks[b]) {
            return descending ? ranks[a] > ranks[b] : ranks[a] < ranks[b];
        }
        // Beyond 2^53 equal ranks are of close numbers, not of equal ones.
        return descending ? by.bits[a] > by.bits[b] : by.bits[a] < by.bits[b];
    });
    return order;
}

} // namespace mptcp::dialogs
