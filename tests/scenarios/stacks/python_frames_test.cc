// The Python stacks of another process: of one that sleeps, exactly; of one that runs, never more
// than can be known; and of whatever is no Python, none.
#include "scenarios/stacks/python_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <string>
#include <vector>

#include "scenarios/hang_proof/snapshot.h"
#include "tests/support/child.h"

namespace workbench::stacks {

// How GoogleTest shows a frame. NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const ScriptFrame& frame, std::ostream* out) {
  *out << frame.function << " in " << frame.file << ':' << frame.line;
}

namespace {

using testing::Child;
using ::testing::Each;
using ::testing::ElementsAreArray;
using ::testing::Field;
using ::testing::Not;

using Frames = std::vector<ScriptFrame>;

const std::string kStacks = FOREIGN_SCRIPTS "python_stacks.py";
const std::string kBusy = FOREIGN_SCRIPTS "python_busy.py";

// Waits until both threads of python_stacks.py are in their last call, or the program has ended.
void wait_until_it_hangs(const Child& program) {
  const auto hangs = [&] {
    const std::string said = program.out();
    if (said.find("waits\n") == said.rfind("waits\n")) return false;
    const auto threads = hang_proof::snapshots_of({program.pid()});
    return threads.size() == 2 && std::all_of(threads.begin(), threads.end(), [](const auto& each) {
             return each.waits_untimed();
           });
  };
  while (!program.has_ended() && !hangs()) sched_yield();
}

void wait_for_frames(const Child& program) {
  while (!program.has_ended() && python_frames(program.pid()).empty()) sched_yield();
}

class PythonFrames : public ::testing::TestWithParam<const char*> {};

TEST_P(PythonFrames, AreExactInEachThreadThatSleeps) {
  Child program({"/usr/bin/env", GetParam(), kStacks});
  wait_until_it_hangs(program);
  if (program.has_ended()) {
    const auto result = program.wait();
    ASSERT_EQ(result.code, 127) << result.err;  // not found
    GTEST_SKIP() << GetParam() << " is not installed";
  }
  const std::string version = program.out().substr(0, program.out().find('\n'));
  auto frames = python_frames(program.pid());
  if (version != "3.11" && version != "3.12" && version != "3.13") {
    EXPECT_TRUE(frames.empty());
    GTEST_SKIP() << GetParam() << " is " << version << ", which is not known";
  }

  Frames first{{"wait", kStacks, 12},
               {"values", kStacks, 17},
               {"Store.read.<locals>.<listcomp>", kStacks, 27},
               {"Store.read", kStacks, 27},
               {"Store.__init__", kStacks, 23},
               {"store", kStacks, 31},
               {"größe", kStacks, 38},
               {"待つ.<locals>.<genexpr>", kStacks, 44},
               {"待つ", kStacks, 44},
               {"待つ", kStacks, 43},
               {"待つ", kStacks, 43},
               {"<module>", kStacks, 58}};
  if (version != "3.11") first.erase(first.begin() + 2);  // since 3.12 it is no function
  EXPECT_THAT(frames[program.pid()], ElementsAreArray(first));

  frames.erase(program.pid());
  ASSERT_EQ(frames.size(), 1U);
  Frames second = frames.begin()->second;
  ASSERT_GT(second.size(), 4U);
  EXPECT_EQ(second.back().function, "Thread._bootstrap");  // whose line only Python knows
  second.resize(4);
  const Frames own{{"wait", kStacks, 12},
                   {"from_c.<locals>.<lambda>", kStacks, 50},
                   {"from_c", kStacks, 48},
                   {"elsewhere", "Größe/待/𐊀/\uFFFD.py", 3}};
  EXPECT_THAT(second, ElementsAreArray(own));
}

// WORKBENCH_LOOKS=1000000 asks for more.
TEST_P(PythonFrames, AreReadToAnEndWhateverTheMemoryBecomes) {
  const char* asked = std::getenv("WORKBENCH_LOOKS");
  const long looks = asked != nullptr ? std::strtol(asked, nullptr, 10) : 10'000;
  const Child program({"/usr/bin/env", GetParam(), kBusy});
  wait_for_frames(program);
  if (program.has_ended()) GTEST_SKIP() << program.err();
  for (long i = 0; i < looks; ++i) {
    for (const auto& [thread, frames] : python_frames(program.pid())) {
      ASSERT_THAT(frames, Each(Field(&ScriptFrame::function, Not(""))));
    }
  }
  EXPECT_FALSE(program.has_ended());  // all looks were at one that lives
}

INSTANTIATE_TEST_SUITE_P(, PythonFrames,
                         ::testing::Values("/usr/bin/python3", "python3.11", "python3.12",
                                           "python3.13"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase_if(name, [](char c) { return std::isalnum(c) == 0; });
                           return name;
                         });

TEST(NoPython, HasNoFrames) {
  const Child program({"/bin/sleep", "1000"});
  EXPECT_TRUE(python_frames(program.pid()).empty());
  EXPECT_TRUE(python_frames(getpid()).empty());
}

TEST(NoPython, IsLeftOfOneThatHasEnded) {
  const Child program({"/usr/bin/env", "python3", kStacks});
  program.send(SIGKILL);
  while (!program.has_ended()) sched_yield();
  EXPECT_TRUE(python_frames(program.pid()).empty());  // it is not reaped
  EXPECT_TRUE(python_frames(0).empty());
}

}  // namespace
}  // namespace workbench::stacks
