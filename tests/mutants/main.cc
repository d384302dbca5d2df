// Runs mutants: wrong versions of the queue and the pools, each of which must be found out.
//
//     mutants                 all, as a table in Markdown; exit code 1 if one survives
//     mutants NAME [CASE]     one, by its own case or by another
//     mutants none            the right code, by all cases
//
// Each runs in a process of its own: a mutant may do anything, and a crash finds it out, too.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/posix/shared_memory.h"
#include "core/simulated/explorer.h"
#include "tests/mutants/active.h"
#include "tests/mutants/cases.h"
#include "tests/support/telling_program.h"

namespace workbench::mutants {
namespace {

struct Mutant {
  std::string_view name;
  std::string_view file;
  std::string_view killed_by;
};

constexpr auto kMutants = std::to_array<Mutant>({
#include "tests/mutants/table.inc"
});

/// What a search has found, in memory that outlives the process that searched.
struct Found {
  std::size_t schedules = 0;
  std::array<char, 120> wrong{};  // an end that may not be, or is not; empty: none
};

// Runs the case in all schedules, up to the first end that it may not have.
void search(const Case& each, Found& found) {
  const auto say = [&](const std::string& what) {
    std::strncpy(found.wrong.data(), what.c_str(), found.wrong.size() - 1);
  };
  const testing::TellingProgram program(each.tell);
  const auto exploration =
      simulated::explore(program, {.scheduler = each.scheduler}, [&](const auto& so_far) {
        found.schedules = so_far.schedules;
        for (const auto& [end, how] : so_far.outcomes) {
          if (each.ends.contains(end)) continue;
          say(end);
          return false;
        }
        return true;
      });
  if (!exploration.complete || found.wrong.front() != '\0') return;
  for (const std::string& end : each.ends) {
    if (!exploration.outcomes.contains(end)) say("never: " + end);
  }
}

/// How a mutant fared; `killed` is empty if it did not do anything wrong in any schedule.
struct Fate {
  std::optional<std::string> killed{};
  std::size_t schedules = 0;
};

Fate put_through(int mutant, const Case& each) {
  const auto found = posix::make_shared_memory<Found>();
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    active = mutant;
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);  // it may say a lot
    search(each, *found);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);  // untimed: every search is finite, and ctest has a limit
  Fate fate{.schedules = found->schedules};
  if (WIFSIGNALED(status)) {
    fate.killed = fmt::format("crash: {}", strsignal(WTERMSIG(status)));
    ++fate.schedules;  // the one that it did not finish
  } else if (WEXITSTATUS(status) != 0) {
    fate.killed = "crash";
  } else if (found->wrong.front() != '\0') {
    fate.killed = found->wrong.data();
  }
  return fate;
}

const Case& find_case(std::string_view name) {
  const auto each = std::find_if(cases().begin(), cases().end(),
                                 [&](const Case& one) { return one.name == name; });
  if (each == cases().end()) {
    fmt::print(stderr, "mutants: there is no case '{}'\n", name);
    std::exit(2);
  }
  return *each;
}

bool show(int number, std::string_view by) {
  const Mutant& mutant = kMutants.at(static_cast<std::size_t>(number));
  const Fate fate = put_through(number, find_case(by));
  fmt::print("{}: {} by {} in {} schedules: {}\n", mutant.name,
             fate.killed ? "killed" : "NOT KILLED", by, fate.schedules, fate.killed.value_or("-"));
  return fate.killed.has_value();
}

bool show_the_right_code() {
  bool right = true;
  for (const Case& each : cases()) {
    const Fate fate = put_through(-1, each);
    fmt::print("{}: {} schedules, {}\n", each.name, fate.schedules,
               fate.killed ? "WRONG: " + *fate.killed : "all as they must be");
    right = right && !fate.killed;
  }
  return right;
}

bool show_all() {
  bool all_killed = true;
  fmt::print("| mutant | in | killed by | in schedule | that ended as |\n|---|---|---|---|---|\n");
  for (std::size_t i = 0; i < kMutants.size(); ++i) {
    const Mutant& mutant = kMutants[i];
    const Fate fate = put_through(static_cast<int>(i), find_case(mutant.killed_by));
    fmt::print("| {} | {} | {} | {} | {} |\n", mutant.name, mutant.file, mutant.killed_by,
               fate.schedules, fate.killed.value_or("**not killed**"));
    all_killed = all_killed && fate.killed;
  }
  return all_killed;
}

int run(int argc, char** argv) {
  if (argc == 1) return show_all() ? 0 : 1;
  const std::string_view name = argv[1];
  if (name == "none") return show_the_right_code() ? 0 : 1;
  for (std::size_t i = 0; i < kMutants.size(); ++i) {
    if (kMutants[i].name != name) continue;
    return show(static_cast<int>(i), argc > 2 ? argv[2] : kMutants[i].killed_by) ? 0 : 1;
  }
  fmt::print(stderr, "mutants: there is no mutant '{}'\n", name);
  return 2;
}

}  // namespace
}  // namespace workbench::mutants

int main(int argc, char** argv) { return workbench::mutants::run(argc, argv); }
