/// @file
/// The program `workbench`, used as a user uses it. A test that includes this is built with
/// `WORKBENCH_PROGRAM`, the path of the program.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/child.h"
#include "tests/support/words.h"

namespace workbench::testing {

/// Runs `workbench` with these words to its end, which leaves no process behind.
inline Child::Result workbench(const Words& words) {
  Child::Result result = Child(Words{WORKBENCH_PROGRAM} + words).wait();
  EXPECT_FALSE(result.left_workers_behind);
  return result;
}

/// Is the command refused? Then the exit code is 2, and one line on stderr has `part` in it.
inline void expect_one_line_and_exit_2(const Words& words, const std::string& part) {
  const Child::Result result = workbench(words);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_THAT(result.out, ::testing::IsEmpty());
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_THAT(result.err, ::testing::HasSubstr(part));
}

}  // namespace workbench::testing
