/// @file
/// The commands of `workbench`, with their options: what each takes, and what is called with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/benchmarks.h"
#include "scenarios/exit_code.h"
#include "scenarios/explore_command.h"
#include "scenarios/palette.h"
#include "scenarios/scenario.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace workbench::scenarios {

/// The program's commands, and the values of their options.
class Commands {
 public:
  /// Adds them to `app`, whose parse() then calls the one that is asked for.
  explicit Commands(CLI::App& app);
  Commands(const Commands&) = delete;

  /// Takes what `watch` is to run, behind `--`, out of the command line: parse() would split and
  /// strip its words. Returns how many are left to parse. Requires: one, the program's name.
  int take_watched(int argc, char** argv);

  /// Of the command that was called.
  int code() const { return code_; }

 private:
  void add_list(CLI::App& app);
  void add_compare(CLI::App& app);
  void add_run(CLI::App& app);
  void add_watch(CLI::App& app);
  void add_explore(CLI::App& app);
  void add_report(CLI::App& app);
  void add_explain(CLI::App& app);
  void add_seed(CLI::App& command);
  void add_size(CLI::App& command);

  Scenario sized(Scenario scenario) const;
  int run_one();

  static constexpr int kMostWorkers = 1024;
  static constexpr int kMostTasks = 10'000'000;
  static constexpr int kMostMilliseconds = 1'000'000'000;
  static constexpr int kMostSchedules = 1'000'000'000;
  static constexpr int kMostSurprises = 1'000;  // in one schedule

  int code_ = kAsExpected;
  ColorMode color_ = ColorMode::automatic;
  std::vector<std::string> names_;
  std::vector<std::string> subjects_;
  std::vector<std::string> words_;
  std::vector<std::string> watched_;
  CLI::App* app_ = nullptr;
  CLI::Option* words_option_ = nullptr;
  std::string name_;
  std::string subject_;
  std::string runtime_;
  std::string junit_;
  std::string trace_;
  std::string schedule_;
  std::string search_ = "dpor";
  ExploreCommand explore_;
  BenchmarkOptions benchmark_;
  std::string output_ = "report";
  std::uint64_t seed_ = 1;
  int workers_ = 0;
  int tasks_ = -1;
  int deadline_ms_ = 0;
  bool json_ = false;
  bool benchmarks_ = false;
};

}  // namespace workbench::scenarios
