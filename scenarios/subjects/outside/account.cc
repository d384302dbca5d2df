#include "scenarios/subjects/outside/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/one_line.h"
#include "scenarios/subjects/workload.h"

namespace workbench::scenarios {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostLineBytes = 1 << 20;
constexpr std::size_t kMostMistakes = 5;

// What is wrong with a line.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Json parsed(std::string_view line) {
  if (line.size() > kMostLineBytes) throw Mistake("is longer than a megabyte");
  Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) throw Mistake("is not JSON");
  if (!json.is_object()) throw Mistake("must be an object, {…}");
  return json;
}

void allow_only(const Json& line, std::initializer_list<std::string_view> keys) {
  for (const auto& [key, value] : line.items()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    throw Mistake(fmt::format("'{}' has no place beside '{}'", key, *keys.begin()));
  }
}

const Json& member(const Json& line, const char* key) {
  const auto found = line.find(key);
  if (found == line.end()) throw Mistake(fmt::format("'{}' is missing", key));
  return *found;
}

// As it stands there, if it is not long. What is nested may be so a million times.
std::string shown(const Json& value) {
  if (value.is_structured()) return value.is_array() ? "a list" : "an object";
  constexpr std::size_t kLongest = 40;
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), kLongest);
}

// A number from 0 to `count`-1.
std::size_t index_in(const Json& line, const char* key, std::size_t count) {
  const Json& value = member(line, key);
  if (value.is_number_unsigned() && value.get<std::uint64_t>() < count) {
    return value.get<std::size_t>();
  }
  if (count == 0) throw Mistake(fmt::format("'{}': the scenario has none", key));
  throw Mistake(fmt::format("'{}' must be a whole number from 0 to {}, and not {}", key, count - 1,
                            shown(value)));
}

std::int64_t whole_number(const Json& line, const char* key) {
  const Json& value = member(line, key);
  const bool fits =
      value.is_number_integer() &&
      (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (!fits) {
    throw Mistake(
        fmt::format("'{}' must be a whole number of 64 bits, and not {}", key, shown(value)));
  }
  return value.get<std::int64_t>();
}

std::string text_in(const Json& line, const char* key) {
  const Json& value = member(line, key);
  if (!value.is_string()) {
    throw Mistake(fmt::format("'{}' must be a text, and not {}", key, shown(value)));
  }
  return value.get<std::string>();
}

std::string text_if_there(const Json& line, const char* key) {
  return line.contains(key) ? text_in(line, key) : "";
}

void expect_true(const Json& line, const char* key) {
  if (member(line, key) != Json(true)) throw Mistake(fmt::format("'{}' must be true", key));
}

class Reader {
 public:
  explicit Reader(const Scenario& scenario) : scenario_(scenario), told_(told_faults(scenario)) {
    account_.struck.resize(scenario.faults.size());
    account_.begun.resize(scenario.tasks);
    strikes_.resize(scenario.tasks);
  }

  void read(std::string_view line) {
    ++number_;
    try {
      const Json json = parsed(line);
      if (account_.is_finished() && !may_come_late(json)) {
        throw Mistake("comes after the end of the run");
      }
      note(json);
    } catch (const Mistake& mistake) {
      refuse(mistake.what());
    }
  }

  // The rest of the file, if it does not end with an end of line.
  void note_cut_off_line() {
    ++number_;
    account_.cut_off = fmt::format("account line {}: has no end of line", number_);
    if (account_.is_finished()) refuse("comes after the end of the run");
  }

  void refuse_all(const std::string& why) { account_.mistakes.push_back("account: " + why); }

  Account take() {
    if (mistakes_ > kMostMistakes) {
      refuse_all(fmt::format("and {} more lines that are wrong", mistakes_ - kMostMistakes));
    }
    return std::move(account_);
  }

 private:
  void refuse(std::string_view what) {
    if (++mistakes_ > kMostMistakes) return;
    constexpr std::size_t kLongest = 200;
    account_.mistakes.push_back(
        shortened(on_one_line(fmt::format("account line {}: {}", number_, what)), kLongest));
  }

  // A pool that throws at its caller may leave actions behind, which go on. And a start may be
  // refused at the very end.
  bool may_come_late(const Json& line) const {
    if (line.contains("refused")) return true;
    return !account_.returned && (line.contains("begun") || line.contains("struck"));
  }

  void note(const Json& line) {
    if (line.contains("begun")) {
      allow_only(line, {"begun"});
      ++account_.begun[index_in(line, "begun", scenario_.tasks)];
    } else if (line.contains("struck")) {
      note_strike(line);
    } else if (line.contains("refused")) {
      note_refusal(line);
    } else if (line.contains("result")) {
      note_result(line);
    } else if (line.contains("error")) {
      allow_only(line, {"error", "type"});
      const std::string type = text_if_there(line, "type");
      const std::string what = text_in(line, "error");
      account_.result.failures.push_back({.type = type, .what = what});
      account_.result.error = account_.result.failures.back().headline();
    } else if (line.contains("returned")) {
      allow_only(line, {"returned"});
      expect_true(line, "returned");
      account_.returned = true;
    } else {
      throw Mistake("must have one of these keys: begun, struck, result, error, returned");
    }
  }

  // A strike is believed where the scenario asks for it, and no more often: at one start of a
  // task's action each fault strikes once at most.
  void note_strike(const Json& line) {
    allow_only(line, {"struck", "task"});
    const std::size_t number = index_in(line, "struck", told_.size());
    const TaskId task = index_in(line, "task", scenario_.tasks);
    const Fault& fault = scenario_.faults[told_[number]];
    if (fault.task && *fault.task != task) {
      throw Mistake(
          fmt::format("fault {} is for task {}, and not for task {}", number, *fault.task, task));
    }
    if (fault.times && account_.struck[told_[number]] >= *fault.times) {
      throw Mistake(fmt::format("fault {} strikes at most {} times", number, *fault.times));
    }
    if (++struck_[{number, task}] > account_.begun[task]) {
      throw Mistake(fmt::format("fault {} has struck task {} more often than it has noted 'begun'",
                                number, task));
    }
    ++account_.struck[told_[number]];
    if (fault.kind != FaultKind::slow) ++strikes_[task];
  }

  // Written by outside/refuse_start.cc, in the program.
  void note_refusal(const Json& line) {
    allow_only(line, {"refused"});
    const std::size_t index = index_in(line, "refused", scenario_.faults.size());
    if (scenario_.faults[index].at != Window::starting) {
      throw Mistake(fmt::format("fault {} refuses no start", index));
    }
    ++account_.struck[index];
  }

  void note_result(const Json& line) {
    allow_only(line, {"result", "outcome", "value", "error", "type"});
    TaskResult result{.task = index_in(line, "result", scenario_.tasks)};
    const std::string outcome = text_in(line, "outcome");
    const auto kind = std::find_if(kOutcomeKinds.begin(), kOutcomeKinds.end(),
                                   [&](OutcomeKind each) { return name_of(each) == outcome; });
    if (kind == kOutcomeKinds.end()) {
      std::vector<std::string> names;
      names.reserve(kOutcomeKinds.size());
      for (const OutcomeKind each : kOutcomeKinds) names.emplace_back(name_of(each));
      throw Mistake(unknown_name("outcome", outcome, names));
    }
    result.outcome = *kind;
    if (result.outcome == OutcomeKind::ok) {
      result.value = whole_number(line, "value");
      // A wrong value is the pool's own mistake: it has made it up.
      if (result.value == right_sum(result.task)) check_that_it_can_be(result.task);
    }
    if (result.outcome == OutcomeKind::failed) {
      account_.result.failures.push_back({.task = result.task,
                                          .type = text_if_there(line, "type"),
                                          .what = text_if_there(line, "error")});
    }
    account_.result.tasks.push_back(result);
  }

  // Is there a start of the task's action that may have come to its end? What an action has noted
  // stands before its result, unless the program has lost lines: it has opened the account anew, or
  // keeps them in a buffer.
  void check_that_it_can_be(TaskId task) const {
    const std::size_t begun = account_.begun[task];
    if (begun == 0) {
      throw Mistake(
          fmt::format("task {} has a result, and its action has not noted 'begun'", task));
    }
    if (begun > strikes_[task]) return;
    throw Mistake(
        fmt::format("task {} has a result, although a fault has struck it that lets no "
                    "action return",
                    task));
  }

  const Scenario& scenario_;
  const std::vector<std::size_t> told_;
  Account account_;
  std::map<std::pair<std::size_t, TaskId>, std::size_t> struck_{};  // by fault and task
  std::vector<std::size_t> strikes_{};  // by task: those after which its action does not return
  std::size_t number_ = 0;              // of the line
  std::size_t mistakes_ = 0;
};

}  // namespace

std::vector<std::size_t> told_faults(const Scenario& scenario) {
  std::vector<std::size_t> told;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    if (scenario.faults[i].at != Window::starting) told.push_back(i);
  }
  return told;
}

Account read_account(std::string_view text, const Scenario& scenario) {
  Reader reader(scenario);
  if (text.size() > kMostAccountBytes) {
    reader.refuse_all(fmt::format("has more than {} MB", kMostAccountBytes >> 20));
    text = {};
  }
  for (;;) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    reader.read(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (!text.empty()) reader.note_cut_off_line();
  return reader.take();
}

}  // namespace workbench::scenarios
