/// @file
/// Tracebacks for a person: the throw point and the frames of the user's code, without all that the
/// workbench puts around an action.
///
///     parse(std::string const&) at my_action.cc:12
///     check(int) at my_action.cc:31
///       (11 frames of the workbench)
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

enum class Frames {
  of_the_user,  ///< those of the workbench are folded
  all,
};

/// `frames` as `resolve` (core/stack.h) gives them, innermost first. Each run of frames that belong
/// to the workbench (its injector, decorators, runtimes, worker loops) and to the libraries between
/// them becomes one line that says how many there were. The throw point is always kept.
std::vector<std::string> folded(const std::vector<std::string>& frames, Frames which);

}  // namespace workbench::scenarios
