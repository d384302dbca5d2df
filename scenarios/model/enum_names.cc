#include "scenarios/model/enum_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace workbench::scenarios {
namespace {

// How many letters must be inserted, left out or changed to turn one word into the other (the
// Levenshtein distance).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char letter : a) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (letter == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view text, const std::vector<std::string>& known) {
  const auto best = std::min_element(known.begin(), known.end(),
                                     [&](const std::string& left, const std::string& right) {
                                       return distance(text, left) < distance(text, right);
                                     });
  const bool near =
      best != known.end() && distance(text, *best) <= std::max<std::size_t>(2, best->size() / 3);
  return near ? *best : "";
}

std::string unknown_name(std::string_view what, std::string_view text,
                         const std::vector<std::string>& known) {
  const std::string meant = nearest(text, known);
  return fmt::format("'{}' is not a {}{}; allowed: {}", text, what,
                     meant.empty() ? "" : fmt::format(" (did you mean '{}'?)", meant),
                     fmt::join(known, ", "));
}

}  // namespace workbench::scenarios
