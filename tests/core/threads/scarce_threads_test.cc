// Workers that the system refuses to start.
#include <gtest/gtest.h>

#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include "core/threads/runtime.h"
#include "naive/pool.h"
#include "tests/support/runs.h"

namespace workbench {
namespace {

// Threads, of which only the first few can be had.
struct ScarceSync : StdSync {
  static inline int left = 0;
  class thread : public std::thread {
   public:
    template <class... Arguments>
    explicit thread(Arguments&&... arguments)
        : std::thread(take(), std::forward<Arguments>(arguments)...) {}

   private:
    struct Call {
      template <class F, class... Arguments>
      void operator()(F function, Arguments... arguments) const {
        function(arguments...);
      }
    };
    static Call take() {
      if (left-- > 0) return {};
      throw std::system_error(EAGAIN, std::generic_category(), "no more threads");
    }
  };
};
using ScarceThreads = BasicThreads<ScarceSync>;

TEST(ReactorOnThreads, SaysSoWhenAWorkerCannotBeStarted) {
  for (const bool stop_on_error : {false, true}) {
    for (const int available : {0, 1}) {
      ScarceSync::left = available;
      const auto seen = testing::run({.stop_on_error = stop_on_error}, ScarceThreads{},
                                     testing::tasks(5), testing::times_ten);
      ASSERT_TRUE(seen.error);
      const auto& exit = std::get<Exit>(seen.error->cause());
      EXPECT_EQ(exit.how, Exit::How::not_started);
      EXPECT_EQ(exit.worker, available);
      EXPECT_EQ(seen.report.outcomes.size(), 5U);
    }
  }
}

TEST(NaiveOnThreads, ThrowsWhenAWorkerCannotBeStartedAndJoinsTheOthers) {
  ScarceSync::left = 1;
  EXPECT_THROW(naive::Pool({}, ScarceThreads{}).run(testing::tasks(5), testing::times_ten),
               std::system_error);
}

}  // namespace
}  // namespace workbench
