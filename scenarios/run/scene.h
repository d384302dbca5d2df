/// @file
/// What each thread of a program does at one moment, for the person who wants to know: where it
/// waits, for what, who could end that, and by which calls it came there.
///
/// Thread safety: none; nobody else may trace the program meanwhile.
#pragma once

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenarios/hang_proof/proof.h"
#include "scenarios/hang_proof/waits.h"
#include "scenarios/stacks/language_stacks.h"
#include "scenarios/stacks/native_stacks.h"

namespace workbench::scenarios {

struct Scene {
  hang_proof::Finding finding{};
  std::vector<hang_proof::WaitOfThread> waits{};  ///< one for each snapshot of the finding
  std::vector<std::string> wakers{};  ///< of a program that does not run: what could wake it
  std::map<pid_t, stacks::StackLines> stacks{};         ///< by thread; innermost first
  std::map<pid_t, stacks::StackLines> script_stacks{};  ///< the same in the words of its language
  std::set<pid_t> scripted{};                      ///< processes of which script stacks are known
  std::vector<stacks::ToolReport> tool_reports{};  ///< what the tools of its language say

  std::map<pid_t, std::string> unflushed{};  ///< by process: what it has printed and nobody saw

  /// A circle of waits, as a sentence; empty: there is none.
  std::string circle() const { return hang_proof::circle_in(waits); }
  /// A thread of a scripted process that has no stack in its language: it belongs to the runtime.
  bool is_of_the_runtime(const hang_proof::ThreadSnapshot& thread) const {
    return scripted.contains(thread.process) && !script_stacks.contains(thread.thread);
  }
  /// The stack that says most: that of the language, if there is one.
  const stacks::StackLines& best_stack(pid_t thread) const;
};

/// What is asked for besides the waits.
struct SceneOptions {
  bool stacks = true;
  std::string stack_command{};  ///< a program that is asked, too, with the number of each process
  stacks::Afterwards afterwards = stacks::Afterwards::goes_on;
};

Scene scene_of(const hang_proof::Tree& tree, hang_proof::Finding finding,
               const SceneOptions& options);

}  // namespace workbench::scenarios
