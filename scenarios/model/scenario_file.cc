#include "scenarios/model/scenario_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

namespace workbench::scenarios {
namespace {

constexpr std::int64_t kHour = 3'600'000;  // in ms
constexpr std::size_t kMostBytes = 1 << 20;

// Reads one table key by key. It remembers which keys were asked for, so that `finish` can report
// all others as unknown.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string file, std::string what)
      : table_(table), file_(std::move(file)), what_(std::move(what)) {}

  [[noreturn]] void fail(const toml::node& where, std::string_view message) const {
    throw ScenarioError(fmt::format("{}:{}: {}", file_, where.source().begin.line, message));
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  const toml::node* find(std::string_view key) {
    asked_.emplace(key);
    return table_.get(key);
  }

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
    throw ScenarioError(fmt::format("{}:{}: '{}' is missing in {}", file_, line, key, what_));
  }

  std::int64_t number(const toml::node& node, std::string_view key, std::int64_t low,
                      std::int64_t high) const {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < low || *value > high) {
      fail(node, fmt::format("'{}' must be a whole number from {} to {}", key, low, high));
    }
    return *value;
  }

  std::string text(const toml::node& node, std::string_view key) const {
    auto value = node.value_exact<std::string>();
    if (!value || value->empty())
      fail(node, fmt::format("'{}' must be a text that says something", key));
    return *std::move(value);
  }

  template <class Enum>
  Enum choice(const toml::node& node, std::string_view key) const {
    const auto text = node.value_exact<std::string>();
    if (!text) {
      fail(node, fmt::format("'{}' must be one of: {}", key, fmt::join(all_names<Enum>(), ", ")));
    }
    if (const auto value = named<Enum>(*text)) return *value;
    fail(node, unknown_name(fmt::format("value of '{}'", key), *text, all_names<Enum>()));
  }

  // Sets `target` if the key is there.
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

// The key of an expectation: `subject` or `subject/runtime`.
void check_key(const TableReader& reader, const toml::node& where, const std::string& key,
               const std::vector<std::string>& subjects) {
  const auto slash = key.find('/');
  const std::string subject = key.substr(0, slash);
  if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end()) {
    reader.fail(where, unknown_name("subject", subject, subjects));
  }
  if (slash == std::string::npos) return;
  const std::string runtime = key.substr(slash + 1);
  if (!named<RuntimeKind>(runtime)) {
    reader.fail(where, unknown_name("runtime", runtime, all_names<RuntimeKind>()));
  }
}

Expectation read_expectation(const toml::table& table, const std::string& file, std::size_t tasks) {
  TableReader reader(table, file, "an [expect.…]");
  Expectation expectation;
  expectation.verdict = reader.choice<Verdict>(reader.require("verdict"), "verdict");
  if (const toml::node* hang = reader.find("hang")) {
    if (expectation.verdict != Verdict::hang) {
      reader.fail(*hang, "'hang' is for verdict = \"hang\" only");
    }
    expectation.hang = reader.choice<HangKind>(*hang, "hang");
    if (expectation.hang == HangKind::lost_wakeup) {
      reader.fail(*hang, "'lost-wakeup' is a fault of a queue; no scenario may expect it");
    }
  }
  const auto most = static_cast<std::int64_t>(tasks);
  for (const OutcomeKind kind : kOutcomeKinds) {
    std::optional<std::size_t> count;
    reader.read(name_of(kind), count, 0, most);
    if (count) expectation.counts[kind] = *count;
  }
  reader.read("missing", expectation.missing, 0, most);
  reader.finish();
  return expectation;
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
      check_key(reader, node, name, subjects);
      if (!node.is_table()) {
        reader.fail(node, fmt::format("'{}' must be written as [expect.\"{}\"]", name, name));
      }
      scenario.expect[name] = read_expectation(*node.as_table(), file, scenario.tasks);
    }
  }
  reader.finish();
  return scenario;
}

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& file,
                        const std::vector<std::string>& subjects) {
  try {
    return read_scenario(toml::parse(text, file), file, subjects);
  } catch (const toml::parse_error& error) {
    std::string what(error.description());
    std::replace(what.begin(), what.end(), '\n', ' ');
    throw ScenarioError(fmt::format("{}:{}: not TOML: {}", file, error.source().begin.line, what));
  }
}

Scenario load_scenario(const std::string& file, const std::vector<std::string>& subjects) {
  const auto refuse = [&](std::string_view why) {
    throw ScenarioError(fmt::format("{}:1: {}; a scenario is a .toml file", file, why));
  };
  std::error_code unknown;
  const auto status = std::filesystem::status(file, unknown);
  if (std::filesystem::is_directory(status)) refuse("is a directory");
  // Do not open a named pipe: the call would wait for another process to write to it.
  if (std::filesystem::is_other(status)) refuse("is not a regular file");
  std::ifstream in(file, std::ios::binary);
  // Read one byte more than is allowed, to see whether the file is too large.
  std::string text(kMostBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) refuse("cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMostBytes) refuse(fmt::format("has more than {} bytes", kMostBytes));
  return parse_scenario(text, file, subjects);
}

}  // namespace workbench::scenarios
