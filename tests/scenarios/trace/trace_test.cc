// What the trace tells of a run, on every runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "naive/pool.h"
#include "reactor/reactor.h"
#include "scenarios/trace/traced.h"
#include "tests/support/runs.h"
#include "tests/support/runtimes.h"

namespace workbench::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

static_assert(Runtime<Traced<Threads>>);
static_assert(Runtime<Traced<Processes>>);

std::vector<TaskId> tasks(std::size_t count) {
  std::vector<TaskId> tasks(count);
  std::iota(tasks.begin(), tasks.end(), TaskId{0});
  return tasks;
}

std::vector<Event> only(const std::vector<Event>& events, EventKind kind) {
  std::vector<Event> some;
  std::copy_if(events.begin(), events.end(), std::back_inserter(some),
               [&](const Event& event) { return event.kind == kind; });
  return some;
}

template <class R>
class TraceOn : public ::testing::Test {};
TYPED_TEST_SUITE(TraceOn, testing::Runtimes);

TYPED_TEST(TraceOn, TellsEveryTasksWayThroughTheQueues) {
  const auto trace = make_trace();
  const naive::Pool pool({.parallelism = 3}, Traced<TypeParam>(*trace));
  pool.run(tasks(50), traced(*trace, [](TaskId task) { return task; }));

  std::map<std::int64_t, std::vector<EventKind>> ways;
  for (const Event& event : trace->recorder.events()) {
    if (event.task != kNone) ways[event.task].push_back(event.kind);
  }
  EXPECT_EQ(ways.size(), 50U);
  for (const auto& [task, way] : ways) {
    EXPECT_THAT(way,
                ElementsAre(EventKind::push, EventKind::pop, EventKind::action, EventKind::done))
        << task;
  }
}

TYPED_TEST(TraceOn, RecordsAPushBeforeItsPop) {
  const auto trace = make_trace();
  const naive::Pool pool({.parallelism = 4}, Traced<TypeParam>(*trace));
  pool.run(tasks(500), traced(*trace, [](TaskId task) { return task; }));
  std::map<std::int32_t, std::int64_t> held;  // by queue
  for (const Event& event : trace->recorder.events()) {
    if (event.kind == EventKind::push) ++held[event.queue];
    if (event.kind == EventKind::pop || event.kind == EventKind::pill) --held[event.queue];
    for (const auto& [queue, count] : held) ASSERT_GE(count, 0) << event.seq;
  }
  EXPECT_EQ(held.size(), 2U);  // the input_queue and the result_queue
  for (const auto& [queue, count] : held) EXPECT_EQ(count, 0);
}

TYPED_TEST(TraceOn, KeepsPoolsAndCountsTheirQueues) {
  const auto trace = make_trace();
  const reactor::Reactor reactor({.parallelism = 2}, Traced<TypeParam>(*trace));
  const auto report = reactor.run(tasks(10), [](TaskId task) { return task; });
  EXPECT_TRUE(report.all_ok());
  ASSERT_EQ(trace->board.queues(), 4);
  for (std::int32_t id = 0; id < 4; ++id) {
    const QueueEntry& queue = trace->board.queue(id);
    EXPECT_EQ(queue.pushed.load(), queue.popped.load()) << queue.name.data();
  }
  EXPECT_EQ(trace->board.queue(0).pushed.load(), 12U);  // ten tasks, two pills
  EXPECT_EQ(only(trace->recorder.events(), EventKind::pill).size(), 2U);
  EXPECT_EQ(only(trace->recorder.events(), EventKind::exit).size(), 2U);
  EXPECT_EQ(only(trace->recorder.events(), EventKind::join).size(), 1U);
}

TYPED_TEST(TraceOn, SaysHowAWorkerEnded) {
  const auto trace = make_trace();
  const reactor::Reactor reactor(
      {.stop_on_error = false, .parallelism = 1},
      scenarios::Faulty(std::make_shared<scenarios::Injector>(std::vector{
                            scenarios::Fault{.kind = scenarios::FaultKind::throw_standard,
                                             .at = scenarios::Window::before_pop,
                                             .pop = 2,
                                             .times = 1}}),
                        Traced<TypeParam>(*trace)));
  const auto report = reactor.run(tasks(3), [](TaskId task) { return task; });
  EXPECT_TRUE(report.all_ok());
  const Actor& first = trace->board.actor(0);
  EXPECT_EQ(first.state, Actor::State::ended);
  EXPECT_EQ(first.how, Exit::How::exception);
  EXPECT_STREQ(first.type.data(), "std::runtime_error");
  EXPECT_STREQ(first.what.data(), "boom");
  EXPECT_NE(first.stack.front(), 0U);
  EXPECT_EQ(trace->board.workers(), 2);  // it was replaced
  EXPECT_EQ(trace->board.actor(1).how, Exit::How::returned);
}

// A race is found by ThreadSanitizer, or by a crash in some of the rounds.
TYPED_TEST(TraceOn, TellsOfEachOfSeveralWorkersThatLeaveAtOnce) {
  constexpr int kWorkers = 4;
  for (int round = 0; round < 50; ++round) {
    const auto trace = make_trace();
    const reactor::Reactor reactor({.parallelism = kWorkers}, Traced<TypeParam>(*trace));
    ASSERT_TRUE(reactor.run(tasks(kWorkers), [](TaskId task) { return task; }).all_ok());
    ASSERT_THAT(only(trace->recorder.events(), EventKind::exit), SizeIs(kWorkers));
  }
}

TEST(Trace, OutlivesAKilledProcess) {
  const auto trace = make_trace();
  const pid_t victim = fork();
  if (victim == 0) {
    trace->enter();
    trace->record(EventKind::action, kNone, 7, "the last thing that it did");
    raise(SIGKILL);
  }
  waitpid(victim, nullptr, 0);
  const auto events = trace->recorder.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].task, 7);
  EXPECT_EQ(events[0].text(), "the last thing that it did");
  EXPECT_EQ(trace->board.actor(kCaller).process, victim);
}

TEST(Trace, LeavesOutWhatWasReservedAndNeverHappened) {
  const auto trace = make_trace();
  trace->recorder.reserve();
  trace->record(EventKind::start);
  const auto events = trace->recorder.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].seq, 1U);
}

TEST(Trace, CountsWhatItHasNoRoomFor) {
  const auto trace = make_trace();
  for (std::size_t i = 0; i < Recorder::kEvents + 5; ++i) trace->record(EventKind::start);
  EXPECT_EQ(trace->recorder.events().size(), Recorder::kEvents);
  EXPECT_EQ(trace->recorder.dropped(), 5U);
}

TEST(Trace, KnowsEveryQueueThatAnEventMayName) {
  const auto trace = make_trace();
  for (std::size_t i = 0; i < Board::kQueues; ++i) {
    EXPECT_EQ(trace->board.add_queue(std::to_string(i), 0), static_cast<std::int32_t>(i));
    EXPECT_EQ(trace->board.queues(), static_cast<std::int32_t>(i + 1));
  }
  EXPECT_EQ(trace->board.add_queue("one too many", 0), 31);
  EXPECT_EQ(trace->board.queues(), 32);
  EXPECT_STREQ(trace->board.queue(31).name.data(), "others");
}

TEST(Trace, CutsTextThatIsTooLong) {
  const auto trace = make_trace();
  trace->record(EventKind::start, kNone, kNone, std::string(1000, 'x'));
  EXPECT_EQ(trace->recorder.events()[0].text(), std::string(54, 'x'));
}

TEST(Trace, SaysWhereInTheSourceAVerbWasCalled) {
  const auto trace = make_trace();
  Traced<Threads> runtime(*trace);
  Traced<Threads>::Queue<int> queue(runtime, "result_queue");
  queue.push(1);
  const int line = __LINE__ + 1;
  queue.pop();
  const Actor& caller = trace->board.actor(kCaller);
  EXPECT_EQ(caller.where.line, line);
  EXPECT_THAT(caller.where.file, ::testing::EndsWith("trace_test.cc"));
  EXPECT_EQ(caller.operation, Operation::none);  // it is over
}

TEST(Trace, SaysSoThroughTheFaultsToo) {
  const auto trace = make_trace();
  scenarios::Faulty runtime(std::make_shared<scenarios::Injector>(std::vector<scenarios::Fault>{}),
                            Traced<Threads>(*trace));
  decltype(runtime)::Queue<int> queue(runtime, "result_queue");
  const int line = __LINE__ + 1;
  queue.pop_for(Duration::zero());
  EXPECT_EQ(trace->board.actor(kCaller).where.line, line);
}

// A pool that takes its tasks in each of these ways is struck just after it has taken one.
TYPED_TEST(TraceOn, EveryWayToPopATaskHasItsWindow) {
  const auto strikes = [](auto pop) {
    auto injector = std::make_shared<scenarios::Injector>(
        std::vector{scenarios::Fault{.at = scenarios::Window::after_pop, .task = 7}});
    scenarios::Faulty<TypeParam> runtime(injector);
    typename decltype(runtime)::template Queue<MaybeTask> queue(runtime, "input_queue");
    queue.push(TaskId{7});
    std::optional<Exit::How> how;
    auto crew = runtime.launch(
        1, [queue, pop]() mutable { pop(queue); }, [&](const Exit& exit) { how = exit.how; });
    crew.join();
    return how == Exit::How::exception;
  };
  EXPECT_TRUE(strikes([](auto& queue) { queue.pop(); }));
  EXPECT_TRUE(strikes([](auto& queue) { queue.pop_for(kForever); }));
  EXPECT_TRUE(strikes([](auto& queue) { queue.try_pop(); }));
  EXPECT_TRUE(strikes([](auto& queue) { queue.pop_some(2); }));
}

}  // namespace
}  // namespace workbench::trace
