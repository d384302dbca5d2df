/// @file
/// Tracebacks for a person: the throw point and the frames of the user's code, without the frames
/// that the workbench puts around an action.
///
///     parse(std::string const&) at my_action.cc:12
///     check(int) at my_action.cc:31
///       (11 frames of the workbench)
#pragma once

#include <string>
#include <vector>

namespace workbench::scenarios {

enum class Frames {
  of_the_user,  ///< frames of the workbench are folded into one line
  all,
};

/// `frames` as `resolve` (core/stack.h) gives them, innermost first. Frames of the workbench (its
/// injector, decorators, runtimes, worker loops) that follow one another, with the libraries
/// between them, become one line that says how many they were. The throw point is always kept.
/// (`run` and the report show at most twelve of these lines, see explanation.cc.)
std::vector<std::string> folded(const std::vector<std::string>& frames, Frames which);

}  // namespace workbench::scenarios
