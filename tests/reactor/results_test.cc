// Results of every kind arrive, or their task fails; none is lost on its way.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cereal/types/deque.hpp>
#include <cereal/types/memory.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::kKeepGoing;
using testing::ProcessesTest;
using testing::run;
using testing::tasks;

// A report by value: what cannot be copied can still be in it.
template <class Runtime, class Action>
auto keep_going(int count, Action action) {
  return reactor::Reactor(kKeepGoing, Runtime{}).run(tasks(count), action);
}

template <class Runtime>
class ResultsOn : public ::testing::Test {};
TYPED_TEST_SUITE(ResultsOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(ResultsOn, AnOptionalResultIsNotTakenForAMissingOne) {
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(3), [](int task) -> std::optional<int> {
    if (task == 0) throw std::runtime_error("boom");
    if (task == 1) return std::nullopt;
    return task;
  });
  const auto results = seen.report.results();
  EXPECT_FALSE(results[0].has_value());
  ASSERT_TRUE(results[1].has_value());
  EXPECT_FALSE(results[1]->has_value());
  EXPECT_EQ(results[2], std::optional(std::optional(2)));
}

TYPED_TEST(ResultsOn, AResultThatCannotBeCopiedCanBeMovedOut) {
  auto report = keep_going<TypeParam>(3, [](int task) { return std::make_unique<int>(task); });
  auto first = std::move(report.outcomes[0]).value();
  EXPECT_EQ(*first, 0);
  const auto results = std::move(report).results();
  EXPECT_EQ(**results[2], 2);
}

// Its moves allocate in the standard library of GCC, so they may throw.
static_assert(!std::is_nothrow_move_constructible_v<std::deque<int>>);

TYPED_TEST(ResultsOn, AResultWhoseMovesMayThrowArrives) {
  const auto seen = run(kKeepGoing, TypeParam{}, tasks(50), [](int task) {
    return std::deque<int>(static_cast<std::size_t>(task), task);
  });
  ASSERT_TRUE(seen.report.all_ok());
  EXPECT_EQ(seen.report.results()[7], std::deque<int>(7, 7));
}

// Throws when it is moved the n-th time, wherever that is.
struct MovesOnlySoOften {
  explicit MovesOnlySoOften(int moves = 1'000) : left(moves) {}
  MovesOnlySoOften(MovesOnlySoOften&& other) : left(other.left - 1) {  // NOLINT(*noexcept-move*)
    if (left < 0) throw std::runtime_error("moved too often");
  }
  MovesOnlySoOften& operator=(MovesOnlySoOften&& other) {  // NOLINT(*noexcept-move*)
    left = other.left - 1;
    if (left < 0) throw std::runtime_error("moved too often");
    return *this;
  }
  int left;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(left);
  }
};

TYPED_TEST(ResultsOn, AMoveThatThrowsIsAFailureOfItsTask) {
  for (int moves = 0; moves < 6; ++moves) {
    const auto report = keep_going<TypeParam>(
        20, [moves](int task) { return MovesOnlySoOften(task % 2 == 0 ? moves : 1'000); });
    EXPECT_EQ(report.tally()[ok] + report.tally()[failed], 20U) << moves;
    EXPECT_GE(report.tally()[ok], 10U) << moves;
  }
}

struct NoDefault {
  explicit NoDefault(int number) : value(number) {}
  int value;
};

TEST(ResultsOnThreads, NeedNoDefaultConstructor) {
  const auto seen =
      run(kKeepGoing, Threads{}, tasks(100), [](int task) { return NoDefault(task); });
  ASSERT_TRUE(seen.report.all_ok());
  EXPECT_EQ(seen.report.outcomes[9].value().value, 9);
}

// Loads in its worker, and not in the parent.
struct Homesick {
  pid_t home = getpid();
  std::string text = "x";  // so that it does not travel as plain bytes
  template <class Archive>
  void save(Archive& archive) const {
    archive(home, text);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(home, text);
    if (home != getpid()) throw std::runtime_error("far from home");
  }
};

TEST_F(ProcessesTest, AResultThatLoadsOnlyInItsWorkerIsAFailureOfItsTask) {
  const auto kept = run(kKeepGoing, Processes{}, tasks(20), [](int task) {
    return std::pair(task, task % 5 == 0 ? std::optional(Homesick{}) : std::nullopt);
  });
  EXPECT_EQ(kept.tally(), (Tally{{ok, 16}, {failed, 4}}));
  EXPECT_EQ(kept.report.outcomes[5].failure()->what, "far from home");
  EXPECT_TRUE(kept.report.exits.empty());
  const auto stopped = run({}, Processes{}, tasks(20), [](int) { return Homesick{}; });
  ASSERT_TRUE(stopped.error);
  EXPECT_EQ(stopped.error->failure()->what, "far from home");
}

// ---- what cannot be shipped -----------------------------------------------------------------

struct NoSerialize {
  std::string text;
};

template <class T>
constexpr bool kShips = processes::Shippable<T>&& processes::Shippable<reactor::Reply<T>>;

static_assert(kShips<int> && kShips<std::string> && kShips<std::vector<double>>);
static_assert(kShips<std::optional<std::string>> && kShips<std::pair<int, std::string>>);
static_assert(kShips<std::unique_ptr<int>> && kShips<std::monostate>);
static_assert(!processes::Shippable<reactor::Reply<const char*>>);
static_assert(!processes::Shippable<reactor::Reply<std::string_view>>);
static_assert(!processes::Shippable<reactor::Reply<int*>>);
static_assert(!processes::Shippable<std::optional<const char*>>);
static_assert(!processes::Shippable<std::pair<int, std::string_view>>);
static_assert(!processes::Shippable<std::vector<int*>>);
static_assert(!processes::Shippable<std::array<const char*, 2>>);
static_assert(!processes::Shippable<std::reference_wrapper<int>>);
static_assert(!processes::Shippable<NoSerialize> && !processes::Shippable<NoDefault>);

}  // namespace
}  // namespace workbench
