// What is known of an exception after it was caught.
#include "core/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <optional>
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

// The Failure of what `throwing` throws, which must throw something.
template <class Throwing>
Failure failure_of(Throwing throwing, std::optional<TaskId> task = {}) {
  try {
    throwing();
  } catch (...) {
    return current_failure(task);
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(Failure, KnowsTheStackAtTheThrowPoint) {
  const Failure failure = failure_of([] { outermost(0); }, 7);
  expect_the_three_functions(failure);
  EXPECT_EQ(failure.task, 7U);
}

TEST(Failure, KnowsTheStackOfTheFirstThrowAfterARethrow) {
  expect_the_three_functions(failure_of([] {
    try {
      outermost(0);
    } catch (const std::exception&) {
      throw;
    }
  }));
}

TEST(Failure, KnowsItsStackAfterItsHandlerCaughtOthers) {
  Failure failure;
  failure_of([&] {
    try {
      outermost(0);
    } catch (...) {
      try {
        throw 42;
      } catch (int) {
      }
      failure = current_failure();
      throw;
    }
  });
  expect_the_three_functions(failure);
}

TEST(Failure, HasNoStackWhereNobodyWantsOne) {
  const auto thrown = [] { return failure_of([] { outermost(0); }); };
  {
    const WithoutStacks unneeded;
    EXPECT_EQ(thrown().what, "boom");
    EXPECT_TRUE(thrown().stack.empty());
  }
  expect_the_three_functions(thrown());
}

TEST(Failure, HasNoTraceForAnExceptionThatWasNeverThrown) {
  EXPECT_TRUE(stack_at_throw(nullptr).empty());
  EXPECT_TRUE(stack_at_throw(std::make_exception_ptr(1)).empty());
}

TEST(Failure, KnowsTypeAndMessageOfAnyException) {
  const auto headline_of = [](auto thrown) { return failure_of([&] { throw thrown; }).headline(); };
  EXPECT_EQ(headline_of(std::logic_error("text")), "std::logic_error: text");
  EXPECT_EQ(headline_of(42), "int: 42");
  EXPECT_EQ(headline_of("text"), "char const*: text");
  EXPECT_THAT(headline_of(std::string("text")), HasSubstr(": text"));
  EXPECT_EQ(headline_of(1.5), "double");
  const char* no_text = nullptr;
  EXPECT_EQ(headline_of(no_text), "char const*");
  EXPECT_EQ(headline_of(std::runtime_error("")), "std::runtime_error");
}

template <class Runtime>
class FailureOn : public ::testing::Test {};
TYPED_TEST_SUITE(FailureOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(FailureOn, CarriesTheThrowPointToTheCaller) {
  const auto kept =
      testing::run({.stop_on_error = false}, TypeParam{}, testing::tasks(2), outermost);
  ASSERT_EQ(kept.report.outcomes.size(), 2U);
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
