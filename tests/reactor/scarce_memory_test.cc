// One allocation fails, whichever it is: the run returns or throws, and leaves nobody behind.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>

#include "core/posix/shared_memory.h"
#include "core/processes/runtime.h"
#include "reactor/reactor.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"
#include "tests/support/sanitizers.h"
#include "tests/support/worker_processes.h"

namespace {

std::atomic<long> left{-1};          // allocations until the one that fails; < 0: none
std::atomic<int>* struck = nullptr;  // how many have failed, in all processes together

}  // namespace

// Every `new` of this program. A forked worker goes on counting from where its parent was.
void* operator new(std::size_t size) {
  if (left >= 0 && left-- == 0) {
    ++*struck;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// Not inline: to GCC, a `free` of what `new` has returned would look like a mistake.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace workbench {
namespace {

constexpr int kTasks = 12;

// A result that needs memory of its own; and one task fails.
std::string act(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return std::string(100, static_cast<char>('a' + task));
}

std::ptrdiff_t threads_of_this_process() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return std::distance(begin(all), end(all));
}

template <class Runtime>
class WithoutMemory : public ::testing::Test {
 protected:
  void SetUp() override { struck = &*counter_; }
  void TearDown() override {
    EXPECT_FALSE(testing::has_children());
    if (testing::kThreadSanitizer) return;  // it has a thread of its own
    // A thread that was joined is listed for a moment more. One that was not keeps this test
    // waiting.
    testing::spin_until([this] { return threads_of_this_process() == threads_; });
  }

  // Lets the k-th allocation fail. Returns whether there were so many.
  template <class Action>
  bool lets_fail(long k, const reactor::Options& options, int count, Action action) {
    *struck = 0;
    left = k;
    try {
      const auto report = reactor::Reactor(options, Runtime{}).run(testing::tasks(count), action);
      left = -1;
      EXPECT_EQ(report.outcomes.size(), static_cast<std::size_t>(count)) << "allocation " << k;
      EXPECT_EQ(report.tally()[OutcomeKind::not_started], 0U) << "allocation " << k;
    } catch (const std::exception&) {  // an Error, or std::bad_alloc in the caller
      left = -1;
    }
    return *struck > 0;
  }

  void expect_an_end_whichever_fails(const reactor::Options& options) {
    expect_an_end_whichever_fails(options, kTasks, act);
  }

  template <class Action>
  void expect_an_end_whichever_fails(const reactor::Options& options, int count, Action action) {
    long k = 0;
    while (lets_fail(k, options, count, action)) ++k;
    RecordProperty("allocations", static_cast<int>(k));
    EXPECT_GT(k, 20);
  }

 private:
  const std::ptrdiff_t threads_ = threads_of_this_process();
  posix::Shared<std::atomic<int>> counter_ = posix::make_shared_memory<std::atomic<int>>();
};
TYPED_TEST_SUITE(WithoutMemory, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(WithoutMemory, TheRunEndsInKeepGoing) {
  this->expect_an_end_whichever_fails({.stop_on_error = false});
}

// Results of threads come in batches then, and their buffers grow.
TYPED_TEST(WithoutMemory, TheRunEndsWithManyResults) {
  if (!testing::kIsThreads<TypeParam>) GTEST_SKIP() << "processes send each result by itself";
  this->expect_an_end_whichever_fails({.stop_on_error = false}, 3'000,
                                      [](int task) { return 10 * task; });
}

TYPED_TEST(WithoutMemory, TheRunEndsInStopOnError) { this->expect_an_end_whichever_fails({}); }

TYPED_TEST(WithoutMemory, TheRunEndsInKeepGoingWithRoomForOneResult) {
  this->expect_an_end_whichever_fails({.stop_on_error = false, .queue_capacity = 1});
}

TYPED_TEST(WithoutMemory, TheRunEndsInStopOnErrorWithRoomForOneResult) {
  this->expect_an_end_whichever_fails({.queue_capacity = 1});
}

}  // namespace
}  // namespace workbench
