#include "scenarios/stacks/language_stacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <filesystem>
#include <regex>
#include <string_view>
#include <system_error>
#include <utility>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/process/run_program.h"
#include "scenarios/stacks/python_frames.h"

namespace workbench::stacks {
namespace {

namespace fs = std::filesystem;
using scenarios::output_of;
using Lines = std::vector<std::string>;

fs::path executable_of(pid_t process) {
  std::error_code error;
  return fs::read_symlink(hang_proof::directory_of(process) / "exe", error);
}

Lines lines_of(const std::string& text) {
  Lines lines;
  boost::split(lines, text, boost::is_any_of("\n"));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// ---- what `jcmd PID Thread.print` says

bool is_of_the_jdk(const std::string& frame) {
  constexpr std::array<std::string_view, 4> kPackages{"java.", "jdk.", "sun.", "com.sun."};
  return std::any_of(kPackages.begin(), kPackages.end(),
                     [&](std::string_view package) { return frame.starts_with(package); });
}

// A thread begins with `"name" … nid=NUMBER …`, and its frames are `\tat Class.method(File:1)`.
std::map<pid_t, StackLines> java_stacks_in(const Lines& lines) {
  static const std::regex thread_line(R"(^".*".* nid=(0x[0-9a-f]+|[0-9]+) .*)");
  static const std::string frame_begin = "\tat ";
  std::map<pid_t, StackLines> stacks;
  pid_t thread = 0;
  for (const std::string& line : lines) {
    std::smatch match;
    if (line.starts_with('"')) {
      const bool is_thread = std::regex_match(line, match, thread_line);
      thread = is_thread ? static_cast<pid_t>(std::stol(match[1], nullptr, 0)) : 0;
    } else if (thread != 0 && line.starts_with(frame_begin)) {
      const std::string frame = line.substr(frame_begin.size());
      stacks[thread].push_back({frame, !is_of_the_jdk(frame)});
    }
  }
  return stacks;
}

// The part about threads that wait for each other: `"A":`, and then `which is held by "B"`.
std::optional<ToolReport> java_deadlock_in(const Lines& lines, pid_t process) {
  const auto begin = std::find_if(lines.begin(), lines.end(), [](const std::string& line) {
    return line.starts_with("Found one Java-level deadlock");
  });
  if (begin == lines.end()) return std::nullopt;
  ToolReport report{.process = process, .tool = "jcmd", .lines = {begin, lines.end()}};
  static const std::regex who_line(R"(^("[^"]*"):$)");
  static const std::regex holder_line(R"(.*which is held by ("[^"]*").*)");
  std::string who;
  for (const std::string& line : report.lines) {
    std::smatch match;
    if (line.starts_with("Java stack information")) break;
    if (std::regex_match(line, match, who_line)) who = match[1];
    if (!std::regex_match(line, match, holder_line)) continue;
    report.deadlock += (report.deadlock.empty() ? "" : "; ") + who + " waits for what " +
                       match[1].str() + " holds";
  }
  return report;
}

LanguageStacks java_stacks_of(pid_t process, const fs::path& executable, Duration limit) {
  // It lies beside the program that runs.
  const std::string jcmd = executable.parent_path() / "jcmd";
  const auto output = output_of({jcmd, std::to_string(process), "Thread.print"}, limit);
  if (!output) return {};
  const Lines lines = lines_of(*output);
  return {java_stacks_in(lines), java_deadlock_in(lines, process)};
}

std::map<pid_t, StackLines> python_stacks_of(pid_t process) {
  std::map<pid_t, StackLines> stacks;
  for (const auto& [thread, frames] : python_frames(process)) {
    for (const auto& [function, file, line] : frames) {
      const bool is_of_python =
          file.find("/lib/python3") != std::string::npos || file.starts_with("<frozen ");
      stacks[thread].push_back({fmt::format("{} at {}:{}", function, file, line), !is_of_python});
    }
  }
  return stacks;
}

}  // namespace

LanguageStacks language_stacks_of(pid_t process, Duration limit) {
  const fs::path executable = executable_of(process);
  const std::string name = executable.filename();
  if (name == "java") return java_stacks_of(process, executable, limit);
  auto python = python_stacks_of(process);
  if (!python.empty()) return {std::move(python), {}};
  if (name.starts_with("python") || name.starts_with("pypy")) {
    return {{}, report_of("py-spy dump --nonblocking --pid", process, limit)};
  }
  return {};
}

std::optional<ToolReport> report_of(const std::string& command, pid_t process, Duration limit) {
  Lines words;
  boost::split(words, command, boost::is_any_of(" "), boost::token_compress_on);
  words.push_back(std::to_string(process));
  const auto output = output_of(words, limit);
  if (!output) return std::nullopt;
  return ToolReport{.process = process, .tool = words.front(), .lines = lines_of(*output)};
}

}  // namespace workbench::stacks
