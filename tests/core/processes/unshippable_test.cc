// What cannot travel between processes costs as little as possible, and its error says so.
#include <gtest/gtest.h>

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/processes/runtime.h"
#include "tests/support/runs.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::kKeepGoing;
using testing::ProcessesTest;
using testing::run;
using testing::tasks;

struct Unshippable {
  std::string text{};  // so that it does not travel as plain bytes
  template <class Archive>
  void save(Archive& archive) const {
    archive(std::string(100'000, 'x'));
    throw std::runtime_error("cannot be shipped");
  }
  template <class Archive>
  void load(Archive&) {}
};

TEST_F(ProcessesTest, AResultThatCannotBeShippedIsAFailureOfItsTask) {
  const auto unshippable = [](int) { return Unshippable{}; };
  const auto kept = run(kKeepGoing, Processes{}, tasks(20), unshippable);
  ASSERT_EQ(kept.tally(), (Tally{{failed, 20}}));
  EXPECT_EQ(kept.report.outcomes[0].failure()->what, "cannot be shipped");
  EXPECT_TRUE(kept.report.exits.empty());
  EXPECT_TRUE(run({}, Processes{}, tasks(5), unshippable).error);
}

struct Unreadable {
  std::string text{};
  template <class Archive>
  void save(Archive& archive) const {
    archive(text);
  }
  template <class Archive>
  void load(Archive&) {
    throw std::runtime_error("cannot be read");
  }
};

TEST_F(ProcessesTest, AResultThatCannotBeReadIsAFailureOfItsTask) {
  const auto unreadable = [](int) { return Unreadable{}; };
  const auto kept = run(kKeepGoing, Processes{}, tasks(20), unreadable);
  ASSERT_EQ(kept.tally(), (Tally{{failed, 20}}));
  EXPECT_EQ(kept.report.outcomes[0].failure()->what, "cannot be read");
  EXPECT_TRUE(run({}, Processes{}, tasks(5), unreadable).error);
}

// Where nobody has looked before, the worker is as good as dead.
TEST_F(ProcessesTest, AnItemThatCannotBeReadCostsItsWorker) {
  Processes runtime;
  Processes::Queue<Unreadable> items(runtime, "items");
  std::vector<Exit> exits;
  auto crew = runtime.launch(
      1, [=]() mutable { items.push({}); }, [&](Exit exit) { exits.push_back(std::move(exit)); });
  crew.join();
  ASSERT_EQ(exits.size(), 1U);
  ASSERT_TRUE(exits[0].failure);
  EXPECT_EQ(exits[0].failure->what, "cannot be read");
}

// What points into the other process is no result.
static_assert(!processes::Shippable<std::string_view>);
static_assert(!processes::Shippable<std::span<int>>);
static_assert(!processes::Shippable<int*>);
static_assert(processes::Shippable<std::string>);

}  // namespace
}  // namespace workbench
