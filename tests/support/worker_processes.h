/// @file
/// Tests of worker processes: none of them leaves a process behind.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>

#include <cerrno>

namespace workbench::testing {

inline bool has_children() {
  return waitpid(-1, nullptr, WNOHANG | __WALL) != -1 || errno != ECHILD;
}

/// Waits for another process, which has no way to wake this one up.
template <class Condition>
void spin_until(Condition condition) {
  while (!condition()) sched_yield();
}

class ProcessesTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_FALSE(has_children()); }
};

}  // namespace workbench::testing
