// Two queues of tasks that are shared in batches, on both runtimes: each task is popped once, from
// the queue that it was pushed into, whoever takes batches, returns them or steals from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "core/queue.h"
#include "core/task.h"
#include "core/this_worker.h"
#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

std::vector<TaskId> ids(TaskId first, std::size_t count) {
  std::vector<TaskId> ids(count);
  std::iota(ids.begin(), ids.end(), first);
  return ids;
}

constexpr TaskId kOfB = 1000;   // the first task of queue B
constexpr TaskId kPill = 9999;  // how a pill is noted

template <class Runtime>
class TwoQueuesOn : public ::testing::Test {
 protected:
  template <class T>
  using Queue = typename Runtime::template Queue<T>;

  // A queue of tasks, and what was popped from it.
  struct Tasks {
    Tasks(Runtime& runtime, const char* name, std::size_t workers, const std::vector<TaskId>& tasks)
        : queue(runtime, name, {.workers = workers}), popped(runtime, "popped") {
      queue.push_all(std::vector<MaybeTask>(tasks.begin(), tasks.end()));
    }

    // In a worker. False: it was a pill.
    bool pop_one() {
      const MaybeTask task = queue.pop();
      popped.push(task ? *task : kPill);
      return static_cast<bool>(task);
    }
    void pop_until_pill() {
      while (pop_one()) {
      }
    }

    // In the caller: all that was popped, in order of numbers.
    std::vector<TaskId> all_popped() {
      std::vector<TaskId> all = popped.drain();
      std::sort(all.begin(), all.end());
      return all;
    }

    Queue<MaybeTask> queue;
    Queue<TaskId> popped;
  };

  Runtime runtime_;
};
TYPED_TEST_SUITE(TwoQueuesOn, testing::Runtimes, testing::RuntimeName);

std::vector<TaskId> with_pills(std::vector<TaskId> tasks, std::size_t pills) {
  tasks.insert(tasks.end(), pills, kPill);
  return tasks;
}

TYPED_TEST(TwoQueuesOn, GiveAWorkerThatAlternatesEachTaskOnceFromItsQueue) {
  for (const std::size_t workers : {1U, 2U}) {
    typename TestFixture::Tasks a(this->runtime_, "a", workers, ids(0, 100));
    typename TestFixture::Tasks b(this->runtime_, "b", workers, ids(kOfB, 100));
    auto crew = this->runtime_.launch(1, [a, b]() mutable {
      for (int i = 0; i < 100; ++i) {
        a.pop_one();
        b.pop_one();
      }
    });
    crew.join();
    EXPECT_EQ(a.all_popped(), ids(0, 100));
    EXPECT_EQ(b.all_popped(), ids(kOfB, 100));
    EXPECT_THAT(a.queue.drain(), IsEmpty());
    EXPECT_THAT(b.queue.drain(), IsEmpty());
  }
}

// Worker 0 has taken a batch of A, and has returned it for one of B, in which it is stuck. Worker 1
// pops all of A and then all of B, the rest of that batch included.
TYPED_TEST(TwoQueuesOn, GiveAThiefNoTaskOfTheOtherQueue) {
  typename TestFixture::Tasks a(this->runtime_, "a", 2, ids(0, 100));
  typename TestFixture::Tasks b(this->runtime_, "b", 2, ids(kOfB, 100));
  typename TestFixture::template Queue<int> stuck(this->runtime_, "stuck");
  typename TestFixture::template Queue<int> done(this->runtime_, "done");
  typename TestFixture::template Queue<int> go(this->runtime_, "go");
  typename TestFixture::template Queue<int> go_on(this->runtime_, "go on");
  a.queue.push(pill);
  b.queue.push_all({pill, pill});
  auto crew = this->runtime_.launch(2, [=]() mutable {
    if (this_worker_id() == 0) {
      a.pop_one();
      b.pop_one();
      stuck.push(1);
      go_on.pop();
      b.pop_until_pill();
    } else {
      go.pop();
      a.pop_until_pill();
      b.pop_until_pill();
      done.push(1);
    }
  });
  stuck.pop();
  go.push(1);
  done.pop();
  go_on.push(1);
  crew.join();
  EXPECT_EQ(a.all_popped(), with_pills(ids(0, 100), 1));
  EXPECT_EQ(b.all_popped(), with_pills(ids(kOfB, 100), 2));
}

// The same, but the caller drains both queues.
TYPED_TEST(TwoQueuesOn, GiveADrainNoTaskOfTheOtherQueue) {
  typename TestFixture::Tasks a(this->runtime_, "a", 2, ids(0, 100));
  typename TestFixture::Tasks b(this->runtime_, "b", 2, ids(kOfB, 100));
  typename TestFixture::template Queue<int> stuck(this->runtime_, "stuck");
  typename TestFixture::template Queue<int> go_on(this->runtime_, "go on");
  auto crew = this->runtime_.launch(1, [=]() mutable {
    a.pop_one();
    b.pop_one();
    stuck.push(1);
    go_on.pop();
  });
  stuck.pop();
  const auto left_of_a = a.queue.drain();
  const auto left_of_b = b.queue.drain();
  go_on.push(1);
  crew.join();
  EXPECT_THAT(left_of_a, UnorderedElementsAreArray(ids(1, 99)));
  EXPECT_THAT(left_of_b, UnorderedElementsAreArray(ids(kOfB + 1, 99)));
}

// Worker 0 is stuck in a large batch of A, worker 1 in a small one of B. Worker 2 wants tasks of B
// when the queue itself has none left.
TYPED_TEST(TwoQueuesOn, LetAThiefFindASmallBatchBehindALargeOneOfTheOtherQueue) {
  typename TestFixture::Tasks a(this->runtime_, "a", 1, ids(0, 100));
  typename TestFixture::Tasks b(this->runtime_, "b", 1, ids(kOfB, 8));
  typename TestFixture::template Queue<int> stuck(this->runtime_, "stuck");
  typename TestFixture::template Queue<int> go(this->runtime_, "go");
  typename TestFixture::template Queue<int> go_on(this->runtime_, "go on");
  a.queue.push(pill);
  b.queue.push_all({pill, pill});
  auto crew = this->runtime_.launch(3, [=]() mutable {
    if (this_worker_id() == 2) {
      go.pop();
      for (int i = 0; i < 7; ++i) b.pop_one();  // all but the one that worker 1 is on
      go_on.push_all({1, 1});
      b.pop_one();
    } else {
      auto& mine = this_worker_id() == 0 ? a : b;
      mine.pop_one();
      stuck.push(1);
      go_on.pop();
      mine.pop_until_pill();
    }
  });
  stuck.pop();
  stuck.pop();
  go.push(1);
  crew.join();
  EXPECT_EQ(a.all_popped(), with_pills(ids(0, 100), 1));
  EXPECT_EQ(b.all_popped(), with_pills(ids(kOfB, 8), 2));
}

}  // namespace
}  // namespace workbench
