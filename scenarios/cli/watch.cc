// `workbench watch -- COMMAND`: the watchdog over any program. Its output passes through, and so
// does its exit code.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "core/exit.h"
#include "scenarios/cli/cli.h"
#include "scenarios/cli/commands.h"
#include "scenarios/process/supervised.h"
#include "scenarios/report/json.h"
#include "scenarios/run/watch_program.h"

namespace workbench::scenarios {
namespace {

constexpr int kSignalBase = 128;  // what shells add to the number of a signal
constexpr int kMostMilliseconds = 1'000'000'000;

struct WatchOptions {
  std::vector<std::string> command{};
  int deadline_ms = 0;  ///< 0: none
  bool fail_idle = false;
  bool json = false;  ///< one object to stdout; what the command writes there goes to stderr
};

bool is_over(ProgramVerdict verdict) {
  return verdict == ProgramVerdict::completed || verdict == ProgramVerdict::crash;
}

std::string headline_of(const ProgramRecord& record) {
  switch (record.verdict) {
    case ProgramVerdict::hang:
      return "HANG, proved: nothing of it runs, and nothing can wake it";
    case ProgramVerdict::idle:
      return fmt::format("IDLE: nothing of it runs after {:.0f} ms, but it could be woken: {}",
                         record.elapsed_ms, record.finding.why);
    default:
      return fmt::format("STUCK: not done after {:.0f} ms, but alive: {}", record.elapsed_ms,
                         record.finding.why);
  }
}

// One line for each thread, or for many that wait for the same.
void print_threads(const hang_proof::Finding& finding,
                   const std::vector<hang_proof::WaitOfThread>& waits) {
  std::map<std::tuple<pid_t, std::string, std::string>, std::vector<pid_t>> alike;
  std::vector<std::tuple<pid_t, std::string, std::string>> order;
  for (std::size_t i = 0; i < finding.snapshots.size(); ++i) {
    const hang_proof::ThreadSnapshot& snapshot = finding.snapshots[i];
    const auto call = snapshot.call();
    const std::tuple line(
        snapshot.process,
        fmt::format("{:<15} {}", snapshot.command, call ? call->name() : "running"),
        waits[i].text());
    auto& threads = alike[line];
    if (threads.empty()) order.push_back(line);
    threads.push_back(snapshot.thread);
  }
  for (const auto& line : order) {
    const auto& [process, what, wait] = line;
    const auto& threads = alike[line];
    const std::string who =
        threads.size() == 1 ? fmt::format("thread {}", threads.front())
                            : fmt::format("{} threads like {}", threads.size(), threads.front());
    fmt::print(stderr, "  process {} {} {}: {}\n", process, who, what, wait);
  }
}

// Writes to stderr, because stdout belongs to the command.
void tell(const ProgramRecord& record, const Palette& palette) {
  if (!record.defiant.empty()) {
    fmt::print(stderr, "workbench: not permitted to end: process {}\n",
               fmt::join(record.defiant, ", "));
  }
  const bool as_asked = record.ended_by_force || record.end.signal == record.interrupted_by;
  if (record.verdict == ProgramVerdict::crash && !as_asked) {
    fmt::print(stderr, "workbench: CRASH: ended by {}\n", signal_name(*record.end.signal));
  }
  if (record.left_behind > 0) {
    fmt::print(stderr, "workbench: {} processes outlived the command and were ended\n",
               record.left_behind);
  }
  if (as_asked || is_over(record.verdict)) return;
  const std::string headline = headline_of(record);
  fmt::print(stderr, "workbench: {}\n", palette.bad(headline));
  const std::string cause = first_cause(record);
  if (!cause.empty()) fmt::print(stderr, "workbench: {}\n", cause);
  const std::string circle = circle_in(record.waits);
  if (!circle.empty()) fmt::print(stderr, "workbench: {}\n", circle);
  print_threads(record.finding, record.waits);
}

int exit_code_of(const WatchOptions& options, const ProgramRecord& record) {
  if (record.ended_by_force) return kSignalBase + record.interrupted_by;
  if (record.verdict == ProgramVerdict::hang) return kHang;
  if (record.verdict == ProgramVerdict::idle) return options.fail_idle ? kHang : kDeadline;
  if (record.verdict == ProgramVerdict::stuck) return kDeadline;
  return record.end.signal ? kSignalBase + *record.end.signal : *record.end.code;
}

void tell_waits(const hang_proof::Finding& finding) {
  fmt::print(stderr, "workbench: {}\n", finding.why.empty() ? "it hangs" : finding.why);
  print_threads(finding, hang_proof::waits_of(finding.snapshots));
}

int watch(const WatchOptions& options, const posix::InheritedSignals& signals, ColorMode color) {
  const ProgramSpec spec{.command = options.command,
                         .deadline = std::chrono::milliseconds(options.deadline_ms),
                         .fail_idle = options.fail_idle,
                         .stdout_to_stderr = options.json,
                         .signals = signals,
                         .tell = tell_waits};
  try {
    const ProgramRecord record = watch_program(spec);
    if (options.json) {
      fmt::print("{}\n", as_text(to_json(spec, record)));
    } else {
      try {
        tell(record, Palette(color, STDERR_FILENO));
      } catch (const std::system_error&) {
        // Nobody reads it any more; the exit code still says it.
      }
    }
    return exit_code_of(options, record);
  } catch (const std::exception& error) {
    if (options.json) fmt::print("{}\n", as_text(to_json(spec, error)));
    throw;
  }
}

}  // namespace

void add_watch(CLI::App& app, CommandLine& line) {
  const auto options = std::make_shared<WatchOptions>();
  CLI::App* command = app.add_subcommand("watch", "Put any program under the watchdog");
  command
      ->add_option("--deadline-ms", options->deadline_ms, "end it after so long (default: never)")
      ->check(CLI::Range(1, kMostMilliseconds))
      ->option_text("N");
  command->add_flag("--fail-idle", options->fail_idle,
                    "end it, with exit code 3, when nothing of it has run for 3 s and no limit of "
                    "time ends its waits");
  command->add_flag("--json", options->json,
                    "one JSON object; the command's stdout goes to stderr");
  command->add_option("command", options->command, "the program and its arguments, behind --")
      ->required()
      ->option_text("COMMAND [ARG...]");
  command->callback([options, &line] {
    options->command.insert(options->command.end(), line.watched.begin(), line.watched.end());
    const posix::InheritedSignals signals;
    line.exit_code = supervised(
        signals, [&] { return guarded([&] { return watch(*options, signals, line.color); }); });
  });
}

int take_watched(const CLI::App& app, CommandLine& line, int argc, char** argv) {
  char** const end = argv + argc;
  char** const dashes = std::find(argv + 1, end, std::string_view("--"));
  const auto names = app.get_subcommands({});
  char** const command = std::find_if(argv + 1, dashes, [&](const char* word) {
    return std::any_of(names.begin(), names.end(),
                       [&](const CLI::App* each) { return each->check_name(word); });
  });
  // Other commands have no such words, and `--` is left to the parser.
  if (dashes == end || command == dashes || std::string_view(*command) != "watch") return argc;
  line.watched.assign(dashes + 1, end);
  app.get_subcommand("watch")->get_option("command")->required(line.watched.empty());
  return static_cast<int>(dashes - argv);
}

}  // namespace workbench::scenarios
