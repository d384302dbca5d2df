#include "scenarios/model/scenario_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "scenarios/model/expectation_table.h"
#include "scenarios/model/toml_file.h"

namespace workbench::scenarios {
namespace {

constexpr std::int64_t kHour = 3'600'000;  // in ms

// Reads a number. "all", like a missing key, stands for any number: empty.
template <class Number>
std::optional<Number> number_or_all(TableReader& reader, std::string_view key, std::int64_t high) {
  const toml::node* node = reader.find(key);
  if (node == nullptr || node->value_exact<std::string>() == "all") return std::nullopt;
  if (node->is_string() || !node->is_integer()) {
    reader.fail(*node, fmt::format("'{}' must be a number from 0 or \"all\"", key));
  }
  return static_cast<Number>(reader.number(*node, key, 0, high));
}

// Refuses a key that is there although the kind of the fault has no use for it.
void only_with(TableReader& reader, std::string_view key, bool allowed, std::string_view kind) {
  if (const toml::node* node = reader.find(key); node != nullptr && !allowed) {
    reader.fail(*node, fmt::format("'{}' is for kind = \"{}\" only", key, kind));
  }
}

// Refuses keys that make no sense in the window of the fault: the caller has no worker number, for
// example.
void forbid_in_window(TableReader& reader, const Fault& fault) {
  const auto forbid = [&](std::string_view key, std::string_view why) {
    if (const toml::node* node = reader.find(key)) {
      reader.fail(*node, fmt::format("'{}' cannot be combined with at = \"{}\": {}", key,
                                     name_of(fault.at), why));
    }
  };
  if (is_callers(fault.at)) {
    for (const std::string_view key : {"worker", "task", "pop"})
      forbid(key, "it strikes the caller");
  }
  if (fault.at == Window::before_exit) forbid("task", "no task is in hand there");
  if (fault.at != Window::starting) return;
  for (const std::string_view key : {"task", "pop"}) forbid(key, "no worker is there yet");
  if (fault.kind != FaultKind::throw_standard) {
    reader.fail(reader.require("kind"), R"(at = "starting" is for kind = "throw" only)");
  }
}

Fault read_fault(const toml::table& table, const std::string& file, const Scenario& scenario) {
  TableReader reader(table, file, "a [[fault]]");
  Fault fault;
  fault.kind = reader.choice<FaultKind>(reader.require("kind"), "kind");
  if (const toml::node* at = reader.find("at")) fault.at = reader.choice<Window>(*at, "at");
  fault.worker = number_or_all<WorkerId>(reader, "worker", 1'000'000);

  const toml::node* task = reader.find("task");
  if (task != nullptr && fault.at == Window::before_pop) {
    reader.fail(*task,
                "'task' cannot be combined with at = \"before-pop\": no task is in hand there");
  }
  if (task != nullptr && scenario.tasks == 0) {
    reader.fail(*task, "'task' names a task of a scenario that has none");
  }
  fault.task = number_or_all<TaskId>(reader, "task", static_cast<std::int64_t>(scenario.tasks) - 1);
  reader.read("pop", fault.pop, 1, 1'000'000'000);
  forbid_in_window(reader, fault);
  reader.read("times", fault.times, 1, 1'000'000'000);

  only_with(reader, "ms", fault.kind == FaultKind::slow, "slow");
  only_with(reader, "code", fault.kind == FaultKind::exit, "exit");
  only_with(reader, "message", fault.kind == FaultKind::throw_standard, "throw");
  if (fault.kind == FaultKind::slow) {
    fault.delay = std::chrono::milliseconds(reader.number(reader.require("ms"), "ms", 0, kHour));
  }
  reader.read("code", fault.code, 0, 255);
  if (const toml::node* message = reader.find("message")) {
    const auto value = message->value_exact<std::string>();
    if (!value) reader.fail(*message, "'message' must be a text");
    fault.message = *value;  // it may be empty: that is a case to test, too
  }
  reader.finish();
  return fault;
}

// The key of an expectation: `subject` or `subject/runtime`. A subject that is not known here may
// be known elsewhere, so that a scenario can be given to others.
void check_key(const TableReader& reader, const toml::node& where, const std::string& key,
               const std::vector<std::string>& subjects, Scenario& scenario) {
  const auto slash = key.find('/');
  const std::string subject = key.substr(0, slash);
  if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end()) {
    scenario.warnings.push_back(reader.at(
        where, unknown_name("subject", subject, subjects) + "; nothing is done about it"));
  }
  if (slash == std::string::npos) return;
  const std::string runtime = key.substr(slash + 1);
  if (!named<RuntimeKind>(runtime)) {
    reader.fail(where, unknown_name("runtime", runtime, all_names<RuntimeKind>()));
  }
}

Scenario read_scenario(const toml::table& table, const std::string& file,
                       const std::vector<std::string>& subjects) {
  TableReader reader(table, file, "the scenario");
  Scenario scenario;
  scenario.name = std::filesystem::path(file).stem().string();
  scenario.title = reader.text(reader.require("title"), "title");
  if (const toml::node* why = reader.find("why")) scenario.why = reader.text(*why, "why");
  scenario.tasks =
      static_cast<std::size_t>(reader.number(reader.require("tasks"), "tasks", 0, 10'000'000));
  scenario.workers = static_cast<int>(reader.number(reader.require("workers"), "workers", 1, 1024));
  const auto read_time = [&](std::string_view key, std::chrono::milliseconds& target,
                             std::int64_t low) {
    std::int64_t ms = target.count();
    reader.read(key, ms, low, kHour);
    target = std::chrono::milliseconds(ms);
  };
  read_time("task_ms", scenario.task_time, 0);
  read_time("result_timeout_ms", scenario.result_timeout, 1);
  read_time("deadline_ms", scenario.deadline, 1);
  reader.read("result_bytes", scenario.result_bytes, 8, std::int64_t{1} << 30);
  reader.read("queue_capacity", scenario.queue_capacity, 0, 1'000'000'000);
  reader.read("runs", scenario.runs, 1, 1000);
  if (const toml::node* usage = reader.find("usage")) {
    scenario.usage = reader.choice<Usage>(*usage, "usage");
  }
  if (const toml::node* escape = reader.find("on_escape")) {
    scenario.on_escape = reader.choice<OnEscape>(*escape, "on_escape");
  }

  if (const toml::node* faults = reader.find("fault")) {
    const toml::array* list = faults->as_array();
    if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
      reader.fail(*faults, "'fault' must be written as [[fault]]");
    }
    for (const toml::node& each : *list) {
      if (scenario.faults.size() == kMostFaults) {
        reader.fail(each, fmt::format("a scenario has at most {} faults", kMostFaults));
      }
      scenario.faults.push_back(read_fault(*each.as_table(), file, scenario));
    }
  }
  if (const toml::node* expect = reader.find("expect")) {
    const toml::table* by_subject = expect->as_table();
    if (by_subject == nullptr)
      reader.fail(*expect, "'expect' must be written as [expect.\"subject\"]");
    for (const auto& [key, node] : *by_subject) {
      const std::string name(key.str());
      check_key(reader, node, name, subjects, scenario);
      if (!node.is_table()) {
        reader.fail(node, fmt::format("'{}' must be written as [expect.\"{}\"]", name, name));
      }
      scenario.expect[name] =
          read_expectation(*node.as_table(), file, static_cast<std::int64_t>(scenario.tasks));
    }
  }
  reader.finish();
  return scenario;
}

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& file,
                        const std::vector<std::string>& subjects) {
  return read_scenario(parse_toml(text, file), file, subjects);
}

Scenario load_scenario(const std::string& file, const std::vector<std::string>& subjects) {
  return parse_scenario(text_of_toml_file(file, "a scenario"), file, subjects);
}

}  // namespace workbench::scenarios
