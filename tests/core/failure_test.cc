// What is known of an exception after it was caught.
#include "core/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// Three functions deep. Not inlined, and with something left to do after the call, so that each has
// a frame of its own in an optimised build too.
volatile int depth = 0;

[[gnu::noinline]] int deepest(int task) {
  depth = depth + 1;
  if (task >= 0) throw std::runtime_error("boom");
  return depth;
}

[[gnu::noinline]] int middle(int task) {
  const int result = deepest(task);
  depth = depth + 1;
  return result;
}

[[gnu::noinline]] int outermost(int task) {
  const int result = middle(task);
  depth = depth + 1;
  return result;
}

void expect_the_three_functions(const Failure& failure) {
  const auto trace = failure.trace();
  ASSERT_GE(trace.size(), 3U);
  EXPECT_THAT(trace[0], ContainsRegex("deepest.*failure_test.cc:[1-9]"));
  EXPECT_THAT(trace[1], ContainsRegex("middle.*failure_test.cc:[1-9]"));
  EXPECT_THAT(trace[2], ContainsRegex("outermost.*failure_test.cc:[1-9]"));
}

TEST(Failure, KnowsTheStackAtTheThrowPoint) {
  try {
    outermost(0);
  } catch (...) {
    expect_the_three_functions(current_failure(7));
    EXPECT_EQ(current_failure(7).task, 7U);
  }
}

TEST(Failure, KnowsTheStackOfTheFirstThrowAfterARethrow) {
  try {
    try {
      outermost(0);
    } catch (const std::exception&) {
      throw;
    }
  } catch (...) {
    expect_the_three_functions(current_failure());
  }
}

TEST(Failure, KnowsItsStackAfterItsHandlerCaughtOthers) {
  try {
    outermost(0);
  } catch (...) {
    try {
      throw 42;
    } catch (int) {
    }
    expect_the_three_functions(current_failure());
  }
}

TEST(Failure, HasNoStackWhereNobodyWantsOne) {
  const auto thrown = [] {
    try {
      return outermost(1), Failure{};
    } catch (...) {
      return current_failure();
    }
  };
  {
    const WithoutStacks unneeded;
    EXPECT_TRUE(thrown().stack.empty());
  }
  expect_the_three_functions(thrown());
}

TEST(Failure, HasNoTraceForAnExceptionThatWasNeverThrown) {
  EXPECT_TRUE(stack_at_throw(nullptr).empty());
  EXPECT_TRUE(stack_at_throw(std::make_exception_ptr(1)).empty());
}

TEST(Failure, KnowsTypeAndMessageOfAnyException) {
  const auto failure_of = [](auto thrown) {
    try {
      throw thrown;
    } catch (...) {
      return current_failure();
    }
  };
  EXPECT_EQ(failure_of(std::logic_error("text")).headline(), "std::logic_error: text");
  EXPECT_EQ(failure_of(42).headline(), "int: 42");
  EXPECT_EQ(failure_of("text").headline(), "char const*: text");
  EXPECT_THAT(failure_of(std::string("text")).headline(), HasSubstr(": text"));
  EXPECT_EQ(failure_of(1.5).headline(), "double");
  const char* no_text = nullptr;
  EXPECT_EQ(failure_of(no_text).headline(), "char const*");
  EXPECT_EQ(failure_of(std::runtime_error("")).headline(), "std::runtime_error");
}

template <class Runtime>
class FailureOn : public ::testing::Test {};
TYPED_TEST_SUITE(FailureOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(FailureOn, CarriesTheThrowPointToTheCaller) {
  const auto kept =
      testing::run({.stop_on_error = false}, TypeParam{}, testing::tasks(2), outermost);
  for (const auto& outcome : kept.report.outcomes) {
    ASSERT_NE(outcome.failure(), nullptr);
    expect_the_three_functions(*outcome.failure());
  }
  const auto stopped = testing::run({}, TypeParam{}, testing::tasks(2), outermost);
  ASSERT_TRUE(stopped.error);
  EXPECT_THAT(stopped.error->what(), ContainsRegex("boom\n.*deepest.*failure_test.cc:[1-9]"));
}

}  // namespace
}  // namespace workbench
