// `workbench watch -- COMMAND`: the watchdog over any program. Its output passes through, and so
// does its exit code.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "scenarios/cli/cli.h"
#include "scenarios/cli/commands.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/run_program.h"
#include "scenarios/process/supervised.h"
#include "scenarios/report/json.h"
#include "scenarios/report/program_text.h"
#include "scenarios/run/scene_text.h"
#include "scenarios/run/watch_program.h"

namespace workbench::scenarios {
namespace {

constexpr int kSignalBase = 128;  // what shells add to the number of a signal
constexpr int kMostMilliseconds = 1'000'000'000;

struct WatchOptions {
  std::vector<std::string> command{};
  pid_t pid = 0;        ///< not 0: this process instead
  bool kills = false;   ///< `pid`: end it after the verdict
  int deadline_ms = 0;  ///< 0: none
  bool fail_idle = false;
  bool no_stacks = false;
  std::string stack_command{};
  std::string core_directory{};
  std::string junit{};  ///< files to write; empty: none
  std::string markdown{};
  bool json = false;  ///< one object to stdout; what the command writes there goes to stderr
};

// Nobody may read it any more. The exit code still says the verdict.
void tell(const std::vector<std::string>& lines) {
  try {
    for (const std::string& line : lines) {
      fmt::print(stderr, "{}{}\n", line.starts_with(' ') ? "" : "workbench: ", line);
    }
  } catch (const std::system_error&) {
    return;
  }
}

void tell_scene(const Scene& scene) {
  const std::string& why = scene.finding.why;
  tell({fmt::format("asked what it does: {}", why.empty() ? "it hangs" : why)});
  tell(lines_of(scene));
}

int exit_code_of(const WatchOptions& options, const ProgramRecord& record) {
  if (record.ended_by_force) return kSignalBase + record.interrupted_by;
  if (record.verdict == ProgramVerdict::hang) return kHang;
  if (record.verdict == ProgramVerdict::idle) return options.fail_idle ? kHang : kDeadline;
  if (record.verdict == ProgramVerdict::stuck) return kDeadline;
  if (options.pid != 0) return kAsExpected;  // how it has ended is not our end
  return record.end.signal ? kSignalBase + *record.end.signal : *record.end.code;
}

// A file that is written at the end, and opened before anything else: a name that cannot be written
// to is to be said at once.
class OutputFile {
 public:
  OutputFile(std::string name, std::ios::openmode mode) : name_(std::move(name)) {
    if (name_.empty()) return;
    file_.open(name_, mode);
    if (!file_) throw std::runtime_error("cannot write to " + name_);
  }

  template <class Write>
  void write(Write write) {
    if (name_.empty()) return;
    write(file_);
    if (!file_.flush()) throw std::runtime_error("cannot write to " + name_);
  }

 private:
  std::string name_;
  std::ofstream file_{};
};

int watch(const WatchOptions& options, const posix::InheritedSignals& signals, ColorMode color) {
  ProgramSpec spec;
  spec.command = options.command;
  spec.pid = options.pid;
  spec.kills = options.kills;
  spec.deadline = std::chrono::milliseconds(options.deadline_ms);
  spec.fail_idle = options.fail_idle;
  spec.stdout_to_stderr = options.json;
  spec.signals = signals;
  spec.scene.stacks = !options.no_stacks;
  spec.scene.stack_command = options.stack_command;
  spec.core_directory = options.core_directory;
  spec.tell = tell_scene;
  try {
    OutputFile junit(options.junit, std::ios::out);
    OutputFile markdown(options.markdown, std::ios::app);
    const ProgramRecord record = watch_program(spec);
    const int code = exit_code_of(options, record);
    junit.write([&](std::ostream& out) { write_junit(out, spec, record, code != 0); });
    markdown.write([&](std::ostream& out) { write_markdown(out, spec, record); });
    if (options.json) {
      fmt::print("{}\n", as_text(to_json(spec, record)));
    } else {
      tell(lines_of(spec, record, Palette(color, STDERR_FILENO)));
    }
    return code;
  } catch (const std::exception& error) {
    if (options.json) fmt::print("{}\n", as_text(to_json(spec, error)));
    throw;
  }
}

void add_outputs(CLI::App& command, WatchOptions& options) {
  command.add_flag("--no-stacks", options.no_stacks, "do not look up by which calls it came there");
  command
      .add_option("--stack-command", options.stack_command,
                  "ask this program, too, with the number of each process")
      ->option_text("COMMAND");
  command
      .add_option("--core", options.core_directory,
                  "write a core file of each process that hangs into this directory (by gcore)")
      ->check(CLI::ExistingDirectory)
      ->option_text("DIR");
  command.add_option("--junit", options.junit, "write the verdict as JUnit XML")
      ->option_text("FILE");
  command.add_option("--markdown", options.markdown, "append what it says to this file")
      ->option_text("FILE");
  command.add_flag("--json", options.json, "one JSON object; the command's stdout goes to stderr");
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
  auto* const pid =
      command->add_option("--pid", options->pid, "watch this process, which runs already")
          ->check(CLI::Range(1, std::numeric_limits<pid_t>::max()))
          ->option_text("PID");
  command->add_flag("--kill", options->kills, "end it after the verdict")->needs(pid);
  add_outputs(*command, *options);
  command->add_option("command", options->command, "the program and its arguments, behind --")
      ->excludes(pid)
      ->option_text("COMMAND [ARG...]");
  command->callback([options, &line] {
    options->command.insert(options->command.end(), line.watched.begin(), line.watched.end());
    if (options->command.empty() && options->pid == 0)
      throw UsageError("watch what? A command is required, or --pid");
    if (!options->command.empty() && options->pid != 0)
      throw UsageError("watch what? Either a command or --pid, not both");
    if (!options->core_directory.empty() && !is_installed("gcore")) {
      throw UsageError("--core needs gcore, which is not installed (Debian: gdb)");
    }
    const posix::InheritedSignals signals;
    const auto life = [&] { return guarded([&] { return watch(*options, signals, line.color); }); };
    line.exit_code = options->pid != 0 ? life() : supervised(signals, life);
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
  return static_cast<int>(dashes - argv);
}

}  // namespace workbench::scenarios
