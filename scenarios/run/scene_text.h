/// @file
/// A scene in words.
///
///     process 4711 main: pool 4711 waits for a pipe:[99] (fd 3); its other end: pool 4711 (fd 4)
///         read in libc.so.6
///         collect() at pool.cc:31
///
/// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/scene.h"

namespace workbench::scenarios {

/// What each thread does. One entry for those that do the same.
std::vector<std::string> lines_of(const Scene& scene);

}  // namespace workbench::scenarios
