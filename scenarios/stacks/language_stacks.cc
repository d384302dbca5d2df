#include "scenarios/stacks/language_stacks.h"

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "scenarios/hang_proof/proc.h"
#include "scenarios/process/run_program.h"

namespace workbench::stacks {
namespace {

namespace fs = std::filesystem;
using scenarios::output_of;

constexpr std::string_view kDeadlock = "Found one Java-level deadlock";

fs::path executable_of(pid_t process) {
  std::error_code error;
  return fs::read_symlink(hang_proof::directory_of(process) / "exe", error);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  boost::split(lines, text, boost::is_any_of("\n"));
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// Of what jcmd prints: each thread that is somewhere in a program, and the deadlocks. Threads of
// the JVM itself have no frames.
std::vector<std::string> without_threads_of_the_jvm(const std::vector<std::string>& all) {
  std::vector<std::string> kept;
  const auto deadlock = std::find_if(
      all.begin(), all.end(), [](const std::string& line) { return line.starts_with(kDeadlock); });
  kept.insert(kept.end(), deadlock, all.end());
  for (auto begin = all.begin(); begin != deadlock;) {
    const auto end = std::find(begin, deadlock, "");
    const bool is_somewhere =
        std::any_of(begin, end, [](const std::string& line) { return line.starts_with("\tat "); });
    if (is_somewhere) kept.insert(kept.end(), begin, end);
    begin = end == deadlock ? end : end + 1;
  }
  return kept;
}

}  // namespace

bool ToolReport::names_a_deadlock() const {
  return std::any_of(lines.begin(), lines.end(),
                     [](const std::string& line) { return line.starts_with(kDeadlock); });
}

std::map<pid_t, StackLines> script_stacks(pid_t /*process*/) { return {}; }

std::optional<ToolReport> report_of_its_tool(pid_t process, Duration limit) {
  const fs::path executable = executable_of(process);
  const std::string name = executable.filename();
  const std::string number = std::to_string(process);
  if (name == "java") {
    const auto output =
        output_of({executable.parent_path() / "jcmd", number, "Thread.print"}, limit);
    if (!output) return std::nullopt;
    return ToolReport{process, "jcmd", without_threads_of_the_jvm(lines_of(*output))};
  }
  if (name.starts_with("python") || name.starts_with("pypy")) {
    const auto output = output_of({"py-spy", "dump", "--nonblocking", "--pid", number}, limit);
    if (!output) return std::nullopt;
    return ToolReport{process, "py-spy", lines_of(*output)};
  }
  return std::nullopt;
}

std::optional<ToolReport> report_of(const std::string& command, pid_t process, Duration limit) {
  std::vector<std::string> words;
  boost::split(words, command, boost::is_any_of(" "), boost::token_compress_on);
  words.push_back(std::to_string(process));
  const auto output = output_of(words, limit);
  if (!output) return std::nullopt;
  return ToolReport{process, words.front(), lines_of(*output)};
}

}  // namespace workbench::stacks
