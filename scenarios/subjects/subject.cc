#include "scenarios/subjects/subject.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace workbench::scenarios {
namespace {

// A static variable in a function exists as soon as it is needed, so the Registrations of all files
// can use it, whichever comes first.
std::vector<Subject>& registry() {
  static std::vector<Subject> subjects;
  return subjects;
}

}  // namespace

Registration::Registration(Subject subject) {
  auto& all = registry();
  const auto place = std::upper_bound(
      all.begin(), all.end(), subject, [](const Subject& left, const Subject& right) {
        return std::tie(left.rank, left.name) < std::tie(right.rank, right.name);
      });
  all.insert(place, std::move(subject));
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
