/// @file
/// The names that the values of enumerations have in scenario files, on the command line and in
/// JSON.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workbench::scenarios {

/// To be specialised for each enumeration that has names, with a `static constexpr std::array all`
/// of pairs (value, name).
template <class Enum>
struct Names;

template <class Enum>
constexpr std::string_view name_of(Enum value) {
  for (const auto& [each, name] : Names<Enum>::all) {
    if (each == value) return name;
  }
  return "?";
}

template <class Enum>
constexpr std::optional<Enum> named(std::string_view text) {
  for (const auto& [value, name] : Names<Enum>::all) {
    if (name == text) return value;
  }
  return std::nullopt;
}

template <class Enum>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  names.reserve(Names<Enum>::all.size());
  for (const auto& [value, name] : Names<Enum>::all) names.emplace_back(name);
  return names;
}

/// The name in `known` that is most like `text`; empty if none is so similar that it could be
/// meant.
std::string nearest(std::string_view text, const std::vector<std::string>& known);

/// An error message: `'x' is not a scenario (did you mean 'y'?); allowed: y, z`.
std::string unknown_name(std::string_view what, std::string_view text,
                         const std::vector<std::string>& known);

}  // namespace workbench::scenarios
