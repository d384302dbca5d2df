#include "core/tally.h"

#include <fmt/format.h>

#include <algorithm>

namespace workbench {

std::string words_for(OutcomeKind kind) {
  std::string words(name_of(kind));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string Tally::describe() const {
  std::string text = fmt::format("{} tasks", submitted());
  const char* separator = ": ";
  for (const OutcomeKind kind : kOutcomeKinds) {
    text += fmt::format("{}{} {}", separator, (*this)[kind], words_for(kind));
    separator = ", ";
  }
  return text;
}

std::string Tally::summary(std::string_view ok) const {
  std::string text = fmt::format("{} {}", (*this)[OutcomeKind::ok], ok);
  for (const OutcomeKind kind : kOutcomeKinds) {
    if (kind == OutcomeKind::ok || (*this)[kind] == 0) continue;
    text += fmt::format(", {} {}", (*this)[kind], words_for(kind));
  }
  if (missing() > 0) text += fmt::format(", {} missing", missing());
  return text;
}

}  // namespace workbench
