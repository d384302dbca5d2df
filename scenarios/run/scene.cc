#include "scenarios/run/scene.h"

#include <chrono>
#include <set>
#include <utility>

#include "scenarios/stacks/unflushed.h"

namespace workbench::scenarios {
namespace {

using hang_proof::Finding;

constexpr std::chrono::milliseconds kBudget{300};  // for the stacks of all threads
constexpr std::chrono::seconds kPatience{3};       // with a tool that is asked about a process

void add_stacks(Scene& scene, const SceneOptions& options) {
  const auto& threads = scene.finding.snapshots;
  scene.stacks = stacks::native_stacks(threads, options.afterwards, kBudget);
  std::set<pid_t> processes;
  for (const hang_proof::ThreadSnapshot& each : threads) processes.insert(each.process);
  for (const pid_t process : processes) {
    stacks::LanguageStacks language = stacks::language_stacks_of(process, kPatience);
    if (!language.stacks.empty()) scene.scripted.insert(process);
    scene.script_stacks.merge(language.stacks);
    if (language.report) scene.tool_reports.push_back(*std::move(language.report));
    std::string unflushed = stacks::unflushed_output_of(process);
    if (!unflushed.empty()) scene.unflushed.emplace(process, std::move(unflushed));
    if (options.stack_command.empty()) continue;
    auto report = stacks::report_of(options.stack_command, process, kPatience);
    if (report) scene.tool_reports.push_back(*std::move(report));
  }
}

}  // namespace

const stacks::StackLines& Scene::best_stack(pid_t thread) const {
  static const stacks::StackLines none;
  const auto script = script_stacks.find(thread);
  if (script != script_stacks.end()) return script->second;
  const auto native = stacks.find(thread);
  return native == stacks.end() ? none : native->second;
}

Scene scene_of(const hang_proof::Tree& tree, Finding finding, const SceneOptions& options) {
  Scene scene{.finding = std::move(finding)};
  const auto kind = scene.finding.kind;
  // Who runs was enough to see that it lives: the others were looked at a while ago.
  if (kind == Finding::Kind::alive) {
    scene.finding.snapshots = hang_proof::snapshots_of(hang_proof::processes_of(tree));
  }
  scene.waits = hang_proof::waits_of(scene.finding.snapshots);
  const bool could_be_woken = kind == Finding::Kind::idle || kind == Finding::Kind::unreadable;
  if (could_be_woken) scene.wakers = hang_proof::wakers_of(tree);
  if (options.stacks) add_stacks(scene, options);
  return scene;
}

}  // namespace workbench::scenarios
