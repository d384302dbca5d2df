/// @file
/// The frame of a demo program: its command line, the choice of the runtime, its exit code.
///
///     int main(int argc, char** argv) {
///       constexpr demo::ProgramInfo program{.purpose = "Shows something."};
///       return demo::run(program, argc, argv, [](const demo::Options& options, auto runtime) {
///         ...
///         return 0;
///       });
///     }
///
/// Exit codes: what the body returns; 1 for an exception that leaves it; 2 for wrong input,
/// reported in one line on stderr before anything is started.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/demo/fleet.h"
#include "core/processes/runtime.h"
#include "core/threads/runtime.h"

namespace workbench::demo {

/// What a program says about itself, and which options it has besides the common ones.
struct ProgramInfo {
  const char* purpose;
  bool is_reactor = false;   ///< --stop-on-error, --timeout-ms
  bool reads_hosts = false;  ///< a file of hosts; no pause before each task by default
};

struct Options {
  std::string runtime = "threads";             ///< or "processes"
  int workers = 2;                             ///< 1 to 1024
  std::chrono::milliseconds task_time{};       ///< how long each task takes at least
  bool stop_on_error = false;                  ///< reactor: or keep going
  std::chrono::milliseconds result_timeout{};  ///< reactor: how long one task may take
  std::vector<Host> hosts{};                   ///< fleet_check: the hosts to ask
};

/// Calls `body` with the options of the command line, and gives the exit code of the program.
int run_with_options(const ProgramInfo& program, int argc, char** argv,
                     const std::function<int(const Options&)>& body);

/// Calls `body` with the runtime of that name.
template <class Body>
int with_runtime(std::string_view name, Body body) {
  return name == "processes" ? body(Processes()) : body(Threads());
}

/// Calls `body(options, runtime)`, and gives the exit code of the program.
template <class Body>
int run(const ProgramInfo& program, int argc, char** argv, Body body) {
  return run_with_options(program, argc, argv, [&](const Options& options) {
    return with_runtime(options.runtime, [&](auto runtime) { return body(options, runtime); });
  });
}

/// An action that sleeps for `time`, and then does its own work.
template <class Action>
class Slow {
 public:
  Slow(std::chrono::milliseconds time, Action action) : time_(time), action_(action) {}

  template <class Task>
  auto operator()(const Task& task) const {
    std::this_thread::sleep_for(time_);
    return action_(task);
  }

 private:
  std::chrono::milliseconds time_;
  Action action_;
};

/// Prints `label: 1 2 3`, and flushes the output, because the pool may hang after it.
inline void print(std::string_view label, const std::vector<int>& values) {
  fmt::print("{}: {}\n", label, fmt::join(values, " "));
  std::fflush(stdout);
}

}  // namespace workbench::demo
