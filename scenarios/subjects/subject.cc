#include "scenarios/subjects/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/one_line.h"
#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

// A static variable in a function exists as soon as it is needed, so the Registrations of all files
// can use it, whichever comes first.
std::vector<Subject>& registry() {
  static std::vector<Subject> subjects;
  return subjects;
}

void insert(Subject subject) {
  auto& all = registry();
  const auto place = std::upper_bound(
      all.begin(), all.end(), subject, [](const Subject& left, const Subject& right) {
        return std::tie(left.rank, left.name) < std::tie(right.rank, right.name);
      });
  all.insert(place, std::move(subject));
}

}  // namespace

Registration::Registration(Subject subject) { insert(std::move(subject)); }

void add_subject(Subject subject) {
  if (find_subject(subject.name) != nullptr) {
    throw UsageError(fmt::format("there are two subjects named {}", subject.name));
  }
  insert(std::move(subject));
}

std::string why_no_name(const std::string& name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (!name.empty() && name.find_first_not_of(kAllowed) == std::string::npos) return "";
  return fmt::format("'{}' is no name of a subject; allowed: letters, digits, - _ .",
                     on_one_line(name));
}

void check_subjects() {
  std::set<std::string> names;
  for (const Subject& subject : subjects()) {
    if (const std::string why = why_no_name(subject.name); !why.empty()) throw UsageError(why);
    const auto refuse = [&](std::string_view why) {
      throw UsageError(fmt::format("subject {}: {}", subject.name, why));
    };
    if (!names.insert(subject.name).second) refuse("two have this name");
    if (subject.runtimes.empty()) refuse("it has no runtime; allowed: threads, processes");
    for (const RuntimeKind runtime : subject.runtimes) {
      if (runtime == RuntimeKind::simulated) refuse("a runtime must be threads or processes");
    }
    if (!subject.run && !subject.program) refuse("there is nothing to run");
  }
}

const std::vector<Subject>& subjects() { return registry(); }

const Subject* find_subject(const std::string& name) {
  const auto& all = subjects();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Subject& subject) { return subject.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> subject_names() {
  std::vector<std::string> names;
  names.reserve(subjects().size());
  for (const Subject& subject : subjects()) names.push_back(subject.name);
  return names;
}

}  // namespace workbench::scenarios
