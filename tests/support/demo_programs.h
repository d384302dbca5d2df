/// @file
/// The demo programs, run as a user runs them. A test that includes this is built with
/// `NAIVE_PROGRAMS` and `REACTOR_PROGRAMS`, the directories of the programs.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>

#include "tests/support/child.h"
#include "tests/support/test_directory.h"
#include "tests/support/words.h"

namespace workbench::testing {

inline const std::string kNaive = NAIVE_PROGRAMS;
inline const std::string kReactor = REACTOR_PROGRAMS;

/// A run of a demo on one runtime. After it there is no child of ours, so no worker either: those
/// that lose their parent become ours.
class Demo : public ::testing::TestWithParam<const char*> {
 protected:
  static Child start(const std::string& program, const Words& words = {}) {
    return Child(Words{program, "--runtime", GetParam(), "--task-ms", "0"} + words);
  }

  static Child::Result run(const std::string& program, const Words& words = {}) {
    Child::Result result = start(program, words).wait();
    EXPECT_FALSE(result.left_workers_behind);
    return result;
  }

  void TearDown() override {
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }
};

inline const auto kRuntimes = ::testing::Values("threads", "processes");
inline const auto kNameOfRuntime = [](const auto& test) { return std::string(test.param); };

}  // namespace workbench::testing
