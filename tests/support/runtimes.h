/// @file
/// Runs the same test bodies on both runtimes, and names them after the runtime.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "core/processes/runtime.h"
#include "core/threads/runtime.h"

namespace workbench::testing {

struct RuntimeName {
  template <class T>
  static std::string GetName(int /*index*/) {
    return std::is_same_v<T, Threads> ? "Threads" : "Processes";
  }
};

using Runtimes = ::testing::Types<Threads, Processes>;

template <class T>
inline constexpr bool kIsThreads = std::is_same_v<T, Threads>;

}  // namespace workbench::testing
