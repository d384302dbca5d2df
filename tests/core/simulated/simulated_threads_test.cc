// Simulated threads: what they may not do, and that their exceptions are kept apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <string>

#include "core/failure.h"
#include "core/this_worker.h"
#include "tests/support/simulated_pools.h"

namespace workbench::simulated {
namespace {

using ::testing::ElementsAre;
using testing::explored;
using ::testing::Key;
using testing::TellingProgram;

TEST(ConditionVariables, AreRefusedWhereAMutexIsMissing) {
  const auto notify = [] { ConditionVariable().notify_one(); };
  EXPECT_THROW(explored(TellingProgram([=]() -> std::string { return notify(), ""; })),
               std::logic_error);
  const auto wait_with_two = [] {
    Mutex one;
    Mutex other;
    const std::lock_guard outer(one);
    std::unique_lock inner(other);
    ConditionVariable().wait(inner);
    return std::string();
  };
  EXPECT_THROW(explored(TellingProgram(wait_with_two)), std::logic_error);
}

TEST(Exceptions, OfOneFiberAreNotSeenInAnother) {
  // Two workers handle exceptions of their own across steps.
  const auto found = explored(TellingProgram([] {
    Simulated runtime;
    Simulated::Queue<std::string> said(runtime, "said");
    auto crew = runtime.launch(2, [=]() mutable {
      const std::string mine = std::to_string(*this_worker_id());
      try {
        throw std::runtime_error(mine);
      } catch (...) {
        said.push(mine);  // a step: the other one may be in its handler now
        if (current_failure().what != mine) said.push("mixed up");
      }
    });
    crew.join();
    return said.size() == 2 ? "kept apart" : "mixed up";
  }));
  EXPECT_THAT(found.outcomes, ElementsAre(Key("kept apart")));
}

}  // namespace
}  // namespace workbench::simulated
