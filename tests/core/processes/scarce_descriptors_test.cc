// Workers that cannot be started, because there are no descriptors left.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstddef>
#include <optional>
#include <system_error>
#include <variant>
#include <vector>

#include "core/processes/runtime.h"
#include "naive/pool.h"
#include "tests/support/runs.h"
#include "tests/support/sanitizers.h"
#include "tests/support/worker_processes.h"

namespace workbench {
namespace {

using enum OutcomeKind;
using testing::has_children;
using testing::ProcessesTest;
using testing::run;
using testing::tasks;
using testing::times_ten;

// A sanitizer opens descriptors of its own to look at an object. Without one, all look broken to
// it.
constexpr bool kNeedsDescriptors = testing::kAddressSanitizer;

// While it lives, this process can open just `spare` more descriptors.
class FewDescriptors {
 public:
  explicit FewDescriptors(std::size_t spare) {
    getrlimit(RLIMIT_NOFILE, &enough_);
    const std::vector<processes::Doorbell> lowest_free(spare + 1);
    rlimit few = enough_;
    few.rlim_cur = static_cast<rlim_t>(lowest_free.back().fd());
    setrlimit(RLIMIT_NOFILE, &few);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &enough_); }

 private:
  rlimit enough_{};
};

TEST_F(ProcessesTest, SaysSoWhenAWorkerCannotBeStarted) {
  if (kNeedsDescriptors) GTEST_SKIP() << "the sanitizer needs descriptors of its own";
  // A worker needs three descriptors, two bells and its pidfd, and the first one also needs the
  // pidfd of its parent. So the first worker finds too few, or the second one does; any of these
  // may be the one that is missing.
  for (const bool stop_on_error : {false, true}) {
    for (std::size_t spare = 0; spare < 7; ++spare) {
      std::optional<FewDescriptors> few(spare);
      const auto seen = run({.stop_on_error = stop_on_error}, Processes{}, tasks(5), times_ten);
      few.reset();
      ASSERT_TRUE(seen.error);
      const auto& exit = std::get<Exit>(seen.error->cause());
      EXPECT_EQ(exit.how, Exit::How::not_started);
      EXPECT_EQ(exit.worker, spare < 4 ? 0 : 1);
      EXPECT_EQ(seen.report.outcomes.size(), 5U);
      EXPECT_EQ(seen.tally()[ok] + seen.tally()[not_started], 5U);
      EXPECT_FALSE(has_children());
    }
  }
}

TEST_F(ProcessesTest, TheNaivePoolThrowsWhenAWorkerCannotBeStarted) {
  if (kNeedsDescriptors) GTEST_SKIP() << "the sanitizer needs descriptors of its own";
  for (std::size_t spare = 0; spare < 7; ++spare) {
    const FewDescriptors few(spare);
    EXPECT_THROW(naive::Pool({}, Processes{}).run(tasks(5), times_ten), std::system_error);
    EXPECT_FALSE(has_children());
  }
}

}  // namespace
}  // namespace workbench
