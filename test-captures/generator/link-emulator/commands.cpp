// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#include <array>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace link_emulator {

namespace {

using Arguments = std::vector<std::pair<std::string, std::string>>;

std::uint64_t to_number(const std::string& text) {
    return std::stoull(text);
}

std::array<bool, 2> parse_directions(const std::string& text) {
    if (text != "ab" && text != "ba" && text != "both")
        throw std::invalid_argument("direction " + text);
    return {text != "ba", text != "ab"};
}

std::size_t parse_link(const std::string& text, const Emulator& emulator) {
    const std::size_t link = to_number(text);
    if (link >= emulator.link_count())
        throw std::invalid_argument("link " + text);
    return link;
}

Arguments parse_arguments(std::istream& words) {
    Arguments arguments;
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals == std::string::npos)
            throw std::invalid_argument(word);
        arguments.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return arguments;
}

/** P:MS, a probability and for how long. */
void set_reorder(LinkSettings& settings, const std::string& value) {
    const auto colon = value.find(':');
    settings.reorder = std::stod(value);
    if (colon != std::string::npos)
        settings.reorder_ms = std::stod(value.substr(colon + 1));
}

void set_one(Direction& direction, std::size_t index, const std::string& key,
             const std::string& value) {
    static const std::map<std::string, double LinkSettings::*> numbers{
        {"rate", &LinkSettings::rate},        {"delay", &LinkSettings::delay_ms},
        {"jitter", &LinkSettings::jitter_ms}, {"queue", &LinkSettings::queue_bytes},
        {"loss", &LinkSettings::loss},        {"lossmin", &LinkSettings::loss_min_payload},
        {"dup", &LinkSettings::duplicate},
    };
    if (const auto number = numbers.find(key); number != numbers.end()) {
        direction.settings.*number->second = std::stod(value);
    } else if (key == "cut") {
        direction.settings.cut = to_number(value) != 0;
    } else if (key == "reorder") {
        set_reorder(direction.settings, value);
    } else if (key == "seed") {
        direction.random = Random(to_number(value) * 2 + index + 1);
    } else {
        throw std::invalid_argument(key);
    }
}

void execute_set(Emulator& emulator, std::istream& words) {
    std::string link, directions;
    words >> link >> directions;
    auto& target = emulator.link(parse_link(link, emulator)).directions;
    const auto chosen = parse_directions(directions);
    for (const auto& [key, value] : parse_arguments(words)) {
        for (std::size_t i = 0; i < target.size(); ++i) {
            if (chosen[i])
                set_one(target[i], i, key, value);
        }
    }
}

void set_condition(Rule& rule, const std::string& key, const std::string& value) {
    const std::uint64_t number = to_number(value);
    if (key == "sub") {
        rule.subtype = static_cast<int>(number);
    } else if (key == "syn") {
        rule.syn = number != 0;
    } else if (key == "payload") {
        rule.min_payload = number;
    } else if (key == "port") {
        rule.port = static_cast<std::uint16_t>(number);
    } else if (key == "skip") {
        rule.skip = number;
    } else if (key == "count") {
        rule.count = number;
    } else if (key == "off") {
        rule.offset = number;
    } else {
        throw std::invalid_argument(key);
    }
}

void execute_rule(Emulator& emulator, std::istream& words) {
    std::string link, directions, action_word;
    words >> link >> directions >> action_word;
    const auto action = action_from_name(action_word);
    if (!action)
        throw std::invalid_argument("action " + action_word);
    Rule rule;
    rule.link = parse_link(link, emulator);
    rule.action = *action;
    rule.direction = parse_directions(directions);
    for (const auto& [key, value] : parse_arguments(words))
        set_condition(rule, key, value);
    emulator.add_rule(rule);
}

void write_counters(std::ostream& out, std::size_t link, std::size_t direction,
                    const LinkCounters& counters) {
    const std::array<std::pair<std::string_view, std::uint64_t>, 10> named{{
        {"rx", counters.received},
        {"tx", counters.sent},
        {"bytes", counters.bytes},
        {"drop_loss", counters.lost},
        {"drop_queue", counters.queue_overflow},
        {"drop_cut", counters.cut},
        {"drop_rule", counters.dropped_by_rule},
        {"edited", counters.met_by_rule},
        {"dups", counters.duplicated},
        {"held", counters.held_back},
    }};
    out << R"({"link":)" << link << R"(,"dir":")" << (direction == 0 ? "ab" : "ba") << '"';
    for (const auto& [name, value] : named) {
        out << ",\"" << name << "\":" << value;
    }
    out << '}';
}

std::string statistics(Emulator& emulator) {
    emulator.flush_log();
    std::ostringstream out;
    out << '[';
    for (std::size_t link = 0; link < emulator.link_count(); ++link) {
        for (std::size_t direction = 0; direction < 2; ++direction) {
            if (link + direction > 0)
                out << ',';
            write_counters(out, link, direction,
                           emulator.link(link).directions[direction].counters);
        }
    }
    out << ']';
    return out.str();
}

} // namespace

std::string execute(Emulator& emulator, const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    try {
        if (command == "stats")
            return statistics(emulator);
        if (command == "set") {
            execute_set(emulator, words);
        } else if (command == "rule") {
            execute_rule(emulator, words);
        } else if (command == "clear") {
            emulator.clear_rules();
        } else {
            throw std::invalid_argument("command " + command);
        }
    } catch (const std::logic_error& error) { // bad arguments, of ours or of the std::sto… family
        return std::string("error: ") + error.what();
    }
    return "ok";
}

} // namespace link_emulator
