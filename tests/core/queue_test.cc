// The contract of core/queue.h, on both runtimes, in the caller and across workers.
#include "core/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/runtimes.h"

namespace workbench {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class Runtime>
class QueueOn : public ::testing::Test {
 protected:
  template <class T>
  using Queue = typename Runtime::template Queue<T>;
  Runtime runtime_;
};
TYPED_TEST_SUITE(QueueOn, testing::Runtimes, testing::RuntimeName);

TYPED_TEST(QueueOn, GivesItemsInTheOrderInWhichTheyCame) {
  typename TestFixture::template Queue<std::string> queue(this->runtime_, "queue");
  queue.push("a");
  queue.push_all({"b", "c"});
  queue.push_now("d");
  EXPECT_EQ(queue.name(), "queue");
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(queue.pop(), "a");
  EXPECT_EQ(queue.try_pop(), "b");
  EXPECT_EQ(queue.pop_for(1h), "c");
  EXPECT_EQ(queue.try_pop(), "d");
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TYPED_TEST(QueueOn, PopsSomeAndDrainsTheRest) {
  typename TestFixture::template Queue<int> queue(this->runtime_, "queue");
  queue.push_all({1, 2, 3, 4, 5});
  EXPECT_THAT(queue.pop_some(2), ElementsAre(1, 2));
  EXPECT_THAT(queue.drain(), ElementsAre(3, 4, 5));
  EXPECT_THAT(queue.drain(), IsEmpty());
  EXPECT_THAT(queue.pop_some(9, 1ms), IsEmpty());
}

TYPED_TEST(QueueOn, WaitsAsLongAsTheTimeoutSays) {
  typename TestFixture::template Queue<int> queue(this->runtime_, "queue");
  const TimePoint start = this->runtime_.now();
  EXPECT_EQ(queue.pop_for(5ms), std::nullopt);
  EXPECT_GE(this->runtime_.now() - start, 5ms);
  EXPECT_EQ(queue.pop_for(0ms), std::nullopt);
  EXPECT_EQ(queue.pop_for(-1s), std::nullopt);
}

TYPED_TEST(QueueOn, OverfillsABoundedQueueByPushNow) {
  typename TestFixture::template Queue<int> queue(this->runtime_, "queue", {.capacity = 1});
  queue.push(1);
  queue.push_now(2);
  EXPECT_THAT(queue.drain(), ElementsAre(1, 2));
}

// Two workers echo what they pop from `requests` into `replies`, until they meet a 0.
template <class Runtime, class Queue>
auto launch_echo(Runtime& runtime, Queue requests, Queue replies) {
  return runtime.launch(2, [requests, replies]() mutable {
    while (const int item = requests.pop()) replies.push(item);
  });
}

TYPED_TEST(QueueOn, DeliversEachItemOnce) {
  typename TestFixture::template Queue<int> requests(this->runtime_, "requests");
  typename TestFixture::template Queue<int> replies(this->runtime_, "replies");
  auto crew = launch_echo(this->runtime_, requests, replies);
  std::vector<int> sent(2000);
  std::iota(sent.begin(), sent.end(), 1);
  requests.push_all(sent);
  requests.push_all({0, 0});
  crew.join();
  auto received = replies.drain();
  std::sort(received.begin(), received.end());
  EXPECT_EQ(received, sent);
}

TYPED_TEST(QueueOn, LetsAWorkerWaitForRoom) {
  typename TestFixture::template Queue<int> requests(this->runtime_, "requests");
  typename TestFixture::template Queue<int> replies(this->runtime_, "replies", {.capacity = 1});
  auto crew = launch_echo(this->runtime_, requests, replies);
  for (int i = 1; i <= 100; ++i) requests.push(i);
  requests.push_all({0, 0});
  int sum = 0;
  for (int i = 1; i <= 100; ++i) sum += replies.pop();
  crew.join();
  EXPECT_EQ(sum, 5050);
}

TYPED_TEST(QueueOn, LetsAWorkerWaitForAWhile) {
  typename TestFixture::template Queue<int> nothing(this->runtime_, "nothing");
  typename TestFixture::template Queue<int> answers(this->runtime_, "answers");
  auto crew = this->runtime_.launch(1, [nothing, answers]() mutable {
    answers.push(nothing.pop_for(2ms) ? 1 : 2);
    answers.push(nothing.pop_some(7, 2ms).empty() ? 3 : 4);
    answers.push(nothing.try_pop() ? 5 : 6);
    answers.push(nothing.drain().empty() ? 7 : 8);
  });
  crew.join();
  EXPECT_THAT(answers.drain(), ElementsAre(2, 3, 6, 7));
}

TYPED_TEST(QueueOn, GivesAWorkerManyItemsAtOnce) {
  typename TestFixture::template Queue<int> items(this->runtime_, "items");
  typename TestFixture::template Queue<int> sums(this->runtime_, "sums");
  items.push_all({1, 2, 3, 4, 5});
  auto crew = this->runtime_.launch(1, [items, sums]() mutable {
    const auto some = items.pop_some(3);
    sums.push(std::accumulate(some.begin(), some.end(), 0));
    const auto rest = items.drain();
    sums.push_all({std::accumulate(rest.begin(), rest.end(), 0), static_cast<int>(items.size())});
  });
  crew.join();
  EXPECT_THAT(sums.drain(), ElementsAre(6, 9, 0));
}

TYPED_TEST(QueueOn, GivesAWorkerOneTaskAtATime) {
  typename TestFixture::template Queue<MaybeTask> tasks(this->runtime_, "tasks");
  typename TestFixture::template Queue<int> counts(this->runtime_, "counts");
  tasks.push_all({1, 2, 3});
  auto crew = this->runtime_.launch(
      1, [tasks, counts]() mutable { counts.push(static_cast<int>(tasks.pop_some(3).size())); });
  crew.join();
  EXPECT_EQ(counts.pop(), 1);
  EXPECT_EQ(tasks.size(), 2U);
}

TYPED_TEST(QueueOn, KnowsWhatAWorkerHolds) {
  typename TestFixture::template Queue<MaybeTask> tasks(this->runtime_, "tasks");
  typename TestFixture::template Queue<int> ready(this->runtime_, "ready");
  typename TestFixture::template Queue<int> go(this->runtime_, "go");
  tasks.push_all({7, pill});
  auto crew = this->runtime_.launch(1, [tasks, ready, go]() mutable {
    tasks.pop();
    ready.push(1);
    go.pop();
    tasks.pop();
  });
  ready.pop();
  const auto in_flight = crew.in_flight();
  ASSERT_EQ(in_flight.size(), 1U);
  EXPECT_EQ(in_flight[0].worker, 0);
  EXPECT_EQ(in_flight[0].task, 7U);
  EXPECT_EQ(in_flight[0].pops, 1U);
  InFlight earlier = in_flight[0];
  earlier.pops = 0;
  EXPECT_FALSE(crew.end(earlier));  // it has moved on since then
  go.push(1);
  crew.join();
  EXPECT_THAT(crew.in_flight(), IsEmpty());
  EXPECT_FALSE(crew.end(in_flight[0]));  // it has left
}

// Batches are for unbounded queues; a bounded one hands out its tasks one by one.
TYPED_TEST(QueueOn, LetsTheProducerOfABoundedQueueOfTasksGoOnThoughItsWorkersWantBatches) {
  typename TestFixture::template Queue<MaybeTask> tasks(this->runtime_, "tasks",
                                                        {.capacity = 1, .workers = 1});
  typename TestFixture::template Queue<TaskId> popped(this->runtime_, "popped");
  auto crew = this->runtime_.launch(1, [tasks, popped]() mutable {
    while (const MaybeTask task = tasks.pop()) popped.push(*task);
  });
  for (TaskId task = 0; task < 5; ++task) tasks.push(task);
  tasks.push(pill);
  crew.join();
  EXPECT_EQ(popped.drain(), (std::vector<TaskId>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace workbench
