#include "scenarios/run/scene_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/one_line.h"

namespace workbench::scenarios {
namespace {

constexpr std::size_t kMostFrames = 8;         // of a stack
constexpr std::size_t kMostForeignFrames = 4;  // if all are of libraries
constexpr std::size_t kMostLinesOfATool = 60;  // the JSON has all

// For a person, the frames of the program itself, and the innermost, which waits. The others belong
// to libraries. If there are only such, all are alike.
stacks::StackLines frames_that_matter(const stacks::StackLines& all) {
  stacks::StackLines frames;
  const bool any = std::any_of(all.begin(), all.end(),
                               [](const stacks::StackLine& each) { return each.is_of_program; });
  for (const stacks::StackLine& frame : all) {
    if (frames.size() == (any ? kMostFrames : kMostForeignFrames)) break;
    if (!any || frames.empty() || frame.is_of_program) frames.push_back(frame);
  }
  return frames;
}

// Of threads that do the same, only the first is shown. The first thread of a process stands alone.
using Alike = std::tuple<pid_t, bool, std::string, stacks::StackLines>;

std::string end_of(const std::string& text) {
  constexpr std::size_t kMost = 80;
  return text.size() <= kMost ? text : "..." + text.substr(text.size() - kMost);
}

std::string who(const std::vector<pid_t>& threads) {
  if (threads.size() == 1) return fmt::format("thread {}", threads.front());
  return fmt::format("{} threads like {}", threads.size(), threads.front());
}

}  // namespace

std::vector<std::string> lines_of(const Scene& scene) {
  std::map<Alike, std::vector<pid_t>> alike;
  std::vector<Alike> order;
  std::map<pid_t, int> of_runtimes;
  for (std::size_t i = 0; i < scene.finding.snapshots.size(); ++i) {
    const hang_proof::ThreadSnapshot& snapshot = scene.finding.snapshots[i];
    if (scene.is_of_the_runtime(snapshot)) {
      ++of_runtimes[snapshot.process];
      continue;
    }
    const auto call = snapshot.call();
    const std::string what = fmt::format("{:<15} {}: {}", snapshot.command,
                                         call ? call->name() : "running", scene.waits[i].text());
    Alike key(snapshot.process, snapshot.thread != snapshot.process, what,
              frames_that_matter(scene.best_stack(snapshot.thread)));
    auto& threads = alike[key];
    if (threads.empty()) order.push_back(std::move(key));
    threads.push_back(snapshot.thread);
  }
  std::vector<std::string> lines;
  const auto add = [&](std::string line) { lines.push_back(on_one_line(std::move(line))); };
  for (const Alike& each : order) {
    const auto& [process, is_other, what, frames] = each;
    add(fmt::format("  process {} {} {}", process, who(alike[each]), what));
    for (const stacks::StackLine& frame : frames) add("      " + frame.text);
  }
  for (const auto& [process, count] : of_runtimes) {
    lines.push_back(fmt::format("  process {} {} threads of its runtime", process, count));
  }
  for (const auto& [process, text] : scene.unflushed) {
    add(fmt::format("  process {} has not flushed {} bytes of its output: {}", process, text.size(),
                    end_of(text)));
  }
  for (const stacks::ToolReport& report : scene.tool_reports) {
    lines.push_back(fmt::format("  {} of process {}:", report.tool, report.process));
    for (const std::string& line : report.lines) {
      if (&line - report.lines.data() == kMostLinesOfATool) break;
      add("      " + line);
    }
  }
  return lines;
}

}  // namespace workbench::scenarios
