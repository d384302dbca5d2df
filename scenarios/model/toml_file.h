/// @file
/// Reads TOML files of which nothing is ignored: an unknown key, a wrong type and a number out of
/// range are errors, which say where they are and what is allowed.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/model/enum_names.h"
#include "scenarios/model/toml_file_error.h"

namespace workbench::scenarios {

/// `what` is in this file, for example `a scenario`. Throws TomlFileError if it cannot be read, is
/// no regular file, or has more than a megabyte.
std::string text_of_toml_file(const std::string& file, std::string_view what);

/// Throws TomlFileError.
toml::table parse_toml(std::string_view text, const std::string& file);

/// Reads one table key by key. It remembers which keys were asked for, so that `finish` can report
/// all others as unknown.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string file, std::string what)
      : table_(table), file_(std::move(file)), what_(std::move(what)) {}

  /// `file:line: message`
  std::string at(const toml::node& where, std::string_view message) const {
    return fmt::format("{}:{}: {}", file_, where.source().begin.line, message);
  }
  /// Throws TomlFileError.
  [[noreturn]] void fail(const toml::node& where, std::string_view message) const {
    throw TomlFileError(at(where, message));
  }

  /// Is the key there? It is not taken for one that was asked for.
  bool has(std::string_view key) const { return table_.contains(key); }

  /// The value of a key; null if it is not there.
  const toml::node* find(std::string_view key) {
    asked_.emplace(key);
    return table_.get(key);
  }

  /// The same for a key that must be there. Throws TomlFileError.
  const toml::node& require(std::string_view key) {
    if (const toml::node* node = find(key)) return *node;
    for (const auto& [other, node] : table_) {  // perhaps it is there, but misspelt
      if (asked_.contains(std::string(other.str()))) continue;
      if (nearest(other.str(), {std::string(key)}).empty()) continue;
      fail(node,
           fmt::format("'{}' is not a key of {}; did you mean '{}'?", other.str(), what_, key));
    }
    // An empty file has no line that could be named: call it line 1.
    const auto line = std::max<toml::source_index>(1, table_.source().begin.line);
    throw TomlFileError(fmt::format("{}:{}: '{}' is missing in {}", file_, line, key, what_));
  }

  /// A whole number from `low` to `high`. Throws TomlFileError.
  std::int64_t number(const toml::node& node, std::string_view key, std::int64_t low,
                      std::int64_t high) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < low || *value > high) {
      fail(node, fmt::format("'{}' must be a whole number from {} to {}", key, low, high));
    }
    return *value;
  }

  /// A text that is not empty. Throws TomlFileError.
  std::string text(const toml::node& node, std::string_view key) const {
    auto value = node.value_exact<std::string>();
    if (!value || value->empty())
      fail(node, fmt::format("'{}' must be a text that says something", key));
    return *std::move(value);
  }

  /// One of the names of an enum. Throws TomlFileError.
  template <class Enum>
  Enum choice(const toml::node& node, std::string_view key) const {
    const auto text = node.value_exact<std::string>();
    if (!text) {
      fail(node, fmt::format("'{}' must be one of: {}", key, fmt::join(all_names<Enum>(), ", ")));
    }
    if (const auto value = named<Enum>(*text)) return *value;
    fail(node, unknown_name(fmt::format("value of '{}'", key), *text, all_names<Enum>()));
  }

  /// Sets `target` if the key is there. Throws TomlFileError.
  template <class Number>
  void read(std::string_view key, Number& target, std::int64_t low, std::int64_t high) {
    if (const toml::node* node = find(key)) {
      target = static_cast<Number>(number(*node, key, low, high));
    }
  }
  template <class Number>
  void read(std::string_view key, std::optional<Number>& target, std::int64_t low,
            std::int64_t high) {
    if (const toml::node* node = find(key)) {
      target = static_cast<Number>(number(*node, key, low, high));
    }
  }

  /// Throws TomlFileError if the table has a key that nobody has asked for.
  void finish() const {
    for (const auto& [key, node] : table_) {
      if (asked_.contains(std::string(key.str()))) continue;
      fail(node, unknown_name(fmt::format("key of {}", what_), key.str(),
                              std::vector<std::string>(asked_.begin(), asked_.end())));
    }
  }

 private:
  const toml::table& table_;
  std::string file_;
  std::string what_;
  std::set<std::string> asked_;
};

}  // namespace workbench::scenarios
