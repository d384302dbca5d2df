#include "tests/mutants/cases.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <memory>
#include <numeric>
#include <stdexcept>

#include "core/posix/shared_memory.h"
#include "core/processes/runtime.h"
#include "core/simulated/sync.h"
#include "naive/pool.h"
#include "reactor/reactor.h"
#include "scenarios/inject/faulty.h"
#include "tests/mutants/strict.h"
#include "tests/support/telling_program.h"

namespace workbench::mutants {
namespace {

using scenarios::Fault;
using scenarios::FaultKind;
using scenarios::Window;
using simulated::Scheduler;
using namespace std::chrono_literals;

template <class T>
using Queue = Simulated::Queue<T>;

// ---- the queue

// The consumers come first.
std::string late_producer() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue");
  auto crew = runtime.launch(2, [=]() mutable { queue.pop(); });
  queue.push(1);
  queue.push(2);
  crew.join();
  return "both popped";
}

// Two producers of two items each share room for one.
std::string bounded_queue() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue", {.capacity = 1});
  auto crew = runtime.launch(2, [=]() mutable {
    queue.push(1);
    queue.push(2);
  });
  std::string drained;
  for (int i = 0; i < 2; ++i) {
    Scheduler::current().sleep(1s);  // virtual: passes when nobody else can go on
    drained += fmt::format("{} drained, ", queue.drain().size());
  }
  queue.pop();
  queue.pop();
  crew.join();
  return drained + "2 popped";
}

// Two of four producers wait for room, and a drain makes room for both.
std::string drained_queue() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue", {.capacity = 2});
  auto crew = runtime.launch(4, [=]() mutable { queue.push(1); });
  Scheduler::current().sleep(1s);  // until nobody else can go on
  const std::size_t drained = queue.drain().size();
  crew.join();
  return fmt::format("{} drained, {} left", drained, queue.drain().size());
}

std::string order() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue");
  auto crew = runtime.launch(1, [=]() mutable {
    queue.push(1);
    queue.push(2);
    queue.push_all({3, 4});
  });
  std::string popped;
  for (int i = 0; i < 4; ++i) popped += std::to_string(queue.pop());
  crew.join();
  return popped;
}

std::string two_who_try() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue");
  Queue<int> got(runtime, "got");
  queue.push(7);
  auto crew = runtime.launch(2, [=]() mutable {
    if (const auto item = queue.try_pop()) got.push(*item);
  });
  crew.join();
  return fmt::format("{} got it", got.size());
}

// Whoever gives up has waited for as long as it said that it would.
std::string time_limit() {
  Simulated runtime;
  Queue<int> queue(runtime, "queue");
  auto crew = runtime.launch(1, [=]() mutable { queue.push(1); });
  const TimePoint start = runtime.now();
  const auto item = queue.pop_for(1s);
  const bool in_time = item.has_value() || runtime.now() - start >= 1s;
  crew.join();
  if (!in_time) return "gave up too early";
  return item ? "popped" : "gave up";
}

// Who has left cannot be ended any more.
std::string end_of_one_who_left() {
  Simulated runtime;
  Queue<MaybeTask> input_queue(runtime, "input_queue");
  Queue<int> exits(runtime, "exits");
  auto crew = runtime.launch(
      1, [=]() mutable { input_queue.pop(); },
      [=](const Exit& /*exit*/) mutable { exits.push(0); });
  input_queue.push(TaskId{0});
  exits.pop();
  const bool ended = crew.end({.worker = 0, .pops = 1});
  crew.join();
  return ended ? "ended" : "not ended";
}

// Of two workers that may sleep one is ended; the pill is for the other.
std::string push_past_an_ended_worker() {
  Simulated runtime;
  Queue<MaybeTask> input_queue(runtime, "input_queue");
  auto crew = runtime.launch(2, [=]() mutable { input_queue.pop(); });
  crew.end({.worker = 0});
  input_queue.push(pill);
  crew.join();
  return "taken";
}

// A worker with more tasks in its hands holds back what it pushes, but not before it pushes
// anything else, and not while it waits.
std::string order_in_batches() {
  Simulated runtime;
  Queue<MaybeTask> input_queue(runtime, "input_queue", {.workers = 1});
  Queue<int> results(runtime, "results", {.workers = 1});
  Queue<int> news(runtime, "news");
  Queue<int> answers(runtime, "answers");
  input_queue.push_all({TaskId{0}, TaskId{1}, pill});
  auto crew = runtime.launch(1, [=]() mutable {
    input_queue.pop();
    results.push(1);
    news.push_now(2);
    results.push(3);
    results.push_now(4);
    results.push(5);
    answers.pop();
  });
  news.pop();
  std::string popped;
  for (int i = 0; i < 4; ++i) {
    const auto result = i == 0 ? results.try_pop() : results.pop();
    popped += result ? std::to_string(*result) : "none";
  }
  answers.push(0);
  crew.join();
  return popped;
}

std::string leaving_in_a_batch() {
  Simulated runtime;
  Queue<MaybeTask> input_queue(runtime, "input_queue", {.workers = 1});
  Queue<int> results(runtime, "results", {.workers = 1});
  input_queue.push_all({TaskId{0}, TaskId{1}, pill});
  auto crew = runtime.launch(1, [=]() mutable {
    input_queue.pop();
    results.push(1);
  });
  crew.join();
  return results.size() == 1 ? "delivered" : "kept";
}

// ---- the pools

std::vector<TaskId> tasks(std::size_t count) {
  std::vector<TaskId> tasks(count);
  std::iota(tasks.begin(), tasks.end(), TaskId{0});
  return tasks;
}

std::string naive() {
  const naive::Pool<Simulated> pool({.parallelism = 2});
  return fmt::format("{} results", pool.run(tasks(2), [](TaskId task) { return task; }).size());
}

std::string told(const reactor::Report<TaskId, TaskId>& report) {
  std::string text = report.tally().summary();
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) text += fmt::format(", {} {}", count, what);
  };
  add(report.exits.size(), "died");
  const auto is_unaccounted = [](const auto& outcome) {
    return outcome.exit() != nullptr && outcome.exit()->how == Exit::How::unknown;
  };
  add(static_cast<std::size_t>(
          std::count_if(report.outcomes.begin(), report.outcomes.end(), is_unaccounted)),
      "unaccounted");
  add(report.abandoned, "abandoned");
  if (seen.begun_twice) text += "; a task was begun twice";
  if (seen.waited_for_an_error) text += "; waited for an error";
  return text;
}

struct Setting {
  bool stop_on_error = false;
  int workers = 2;
  std::size_t tasks = 2;
  std::set<TaskId> throwing{};
  std::set<TaskId> endless{};
  std::vector<Fault> faults{};
  bool progress_throws = false;
  bool loses_a_reply = false;  // that of task 0: no pool does that, but a bug might
};

struct Enough {};

std::function<std::string()> a_reactor(const Setting& setting) {
  const auto injector = std::make_shared<scenarios::Injector>(setting.faults);
  injector->sleep_with([](std::chrono::milliseconds time) { Scheduler::current().sleep(time); });
  return [=] {
    injector->reset();
    seen = {.error_object = Scheduler::current().new_object(),
            .loses_a_reply = setting.loses_a_reply};
    reactor::Options options{.stop_on_error = setting.stop_on_error,
                             .parallelism = setting.workers};
    if (setting.progress_throws)
      options.progress = [](const auto& /*progress*/) { throw Enough{}; };
    const reactor::Reactor reactor(options, Strict(scenarios::Faulty(injector, Simulated{})));
    const auto action = [&setting](TaskId task) {
      while (setting.endless.contains(task)) Scheduler::current().sleep(1h);
      seen.begin(task);
      if (setting.throwing.contains(task)) throw std::runtime_error("boom");
      return task;
    };
    try {
      return told(reactor.run(tasks(setting.tasks), action));
    } catch (const Enough&) {
      return fmt::format("interrupted{}", Simulated{}.now() > TimePoint{} ? ", late" : "");
    } catch (const reactor::Error& error) {
      const bool first = !seen.first_error || error.task() == seen.first_error;
      const bool late = setting.stop_on_error && seen.most_begun_after() > 1;
      return fmt::format("{}: {}{}", first ? "error" : "not the first error",
                         told(error.report<TaskId, TaskId>()),
                         late ? "; a worker began several tasks after it" : "");
    }
  };
}

// ---- worker processes: there is one schedule, since nothing is simulated

std::atomic<int>* noted = nullptr;
void note(int /*signal*/) { ++*noted; }

// An action gets a signal that the caller handles.
std::string handler_of_the_caller() {
  const auto calls = posix::make_shared_memory<std::atomic<int>>();
  noted = &*calls;
  auto* const before = std::signal(SIGUSR2, note);
  const auto report = reactor::Reactor({.stop_on_error = false, .parallelism = 1}, Processes{})
                          .run(tasks(2), [](TaskId task) {
                            if (task == 0) std::raise(SIGUSR2);
                            return task;
                          });
  std::signal(SIGUSR2, before);
  return fmt::format("{}, handled {} times", report.tally().summary(), calls->load());
}

// An action forks, and the child comes back from it. The worker waits until it has ended.
std::string child_that_comes_back() {
  const auto strays = posix::make_shared_memory<std::atomic<int>>();
  const auto report = reactor::Reactor({.stop_on_error = false, .parallelism = 1}, Processes{})
                          .run(tasks(2), [&](TaskId task) {
                            static pid_t worker = getpid();
                            if (getpid() != worker) ++*strays;
                            if (task == 0) waitpid(fork(), nullptr, 0);
                            return task;
                          });
  return fmt::format("{}, {} begun by strays", report.tally().summary(), strays->load());
}

Fault throws(Window window, Fault how = {}) {
  how.at = window;
  return how;
}

}  // namespace

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"late-producer", late_producer, {"both popped"}},
      {"bounded-queue", bounded_queue, {"1 drained, 1 drained, 2 popped"}},
      {"drained-queue", drained_queue, {"2 drained, 2 left"}},
      {"order", order, {"1234"}},
      {"two-who-try", two_who_try, {"1 got it"}},
      {"time-limit",
       time_limit,
       {"popped", "gave up"},
       {.early_timeouts = 1, .spurious_wakeups = 1, .max_steps = 5'000}},
      {"end-of-one-who-left", end_of_one_who_left, {"not ended"}},
      {"push-past-an-ended-worker", push_past_an_ended_worker, {"taken"}},
      {"order-in-batches", order_in_batches, {"1345"}},
      {"leaving-in-a-batch", leaving_in_a_batch, {"delivered"}},
      {"naive", naive, {"2 results"}},
      {"keep-going", a_reactor({.throwing = {1}}), {"1 ok, 1 failed"}},
      {"stop",
       a_reactor({.stop_on_error = true, .workers = 1, .tasks = 2, .throwing = {0}}),
       {"error: 0 ok, 1 failed, 1 not started"}},
      {"stop-at-once",
       a_reactor({.stop_on_error = true, .tasks = 3, .throwing = {0}}),
       {"error: 0 ok, 1 failed, 2 not started", "error: 1 ok, 1 failed, 1 not started",
        "error: 2 ok, 1 failed"}},
      {"stop-at-a-death",
       a_reactor(
           {.stop_on_error = true, .tasks = 3, .faults = {throws(Window::after_pop, {.task = 0})}}),
       {"error: 0 ok, 1 lost, 2 not started, 1 died", "error: 1 ok, 1 lost, 1 not started, 1 died",
        "error: 2 ok, 1 lost, 1 died"}},
      {"progress-throws", a_reactor({.workers = 1, .progress_throws = true}), {"interrupted"}},
      {"stop-with-two-errors",
       a_reactor({.stop_on_error = true, .throwing = {0, 1}}),
       {"error: 0 ok, 2 failed", "error: 0 ok, 1 failed, 1 not started"}},
      {"late-task",
       a_reactor({.workers = 1}),
       {"2 ok", "2 ok, 1 abandoned", "1 ok, 1 timed out, 1 abandoned"},
       {.early_timeouts = 1, .max_steps = 5'000}},
      {"late-then-endless",
       a_reactor({.workers = 1, .endless = {1}}),
       {"1 ok, 1 timed out, 1 abandoned", "1 ok, 1 timed out, 2 abandoned",
        "0 ok, 2 timed out, 2 abandoned"},
       {.early_timeouts = 1, .max_steps = 5'000}},
      {"late-then-endless-batch",
       a_reactor({.workers = 1, .tasks = 3, .endless = {2}}),
       {"2 ok, 1 timed out, 1 abandoned", "2 ok, 1 timed out, 2 abandoned",
        "1 ok, 2 timed out, 2 abandoned"},
       {.early_timeouts = 1, .max_steps = 5'000}},
      {"endless-task",
       a_reactor({.workers = 1, .endless = {0}}),
       {"1 ok, 1 timed out, 1 abandoned"}},
      {"error-then-endless",
       a_reactor({.workers = 1, .throwing = {0}, .endless = {1}}),
       {"0 ok, 1 failed, 1 timed out, 1 abandoned"}},
      {"endless-pop-in-a-batch",
       a_reactor({.workers = 1,
                  .tasks = 3,
                  .faults = {throws(Window::before_pop,
                                    {.kind = FaultKind::sleep_forever, .pop = 2, .times = 1})}}),
       {"3 ok, 1 abandoned"}},
      {"worker-dies-with-a-task",
       a_reactor({.workers = 1, .faults = {throws(Window::after_pop, {.times = 1})}}),
       {"1 ok, 1 lost, 1 died"}},
      {"worker-dies-before-its-reply",
       a_reactor({.workers = 1, .tasks = 1, .faults = {throws(Window::before_push, {.times = 2})}}),
       {"0 ok, 1 failed, 1 died"}},
      {"worker-dies-after-its-pill",
       a_reactor({.faults = {throws(Window::before_exit, {.times = 1})}}),
       {"2 ok, 1 died"}},
      {"worker-dies-after-each-reply",
       a_reactor({.workers = 1, .tasks = 4, .faults = {throws(Window::before_pop, {.pop = 2})}}),
       {"4 ok, 4 died"}},
      {"workers-die-after-each-reply",
       a_reactor({.faults = {throws(Window::before_pop, {.pop = 2})}}),
       {"2 ok, 2 died"}},
      {"error-after-its-reply",
       a_reactor({.stop_on_error = true,
                  .faults = {throws(Window::after_push, {.task = 0, .times = 1})}}),
       {"error: 2 ok", "error: 1 ok, 1 not started"}},
      {"every-worker-dies",
       a_reactor({.workers = 1, .tasks = 1, .faults = {throws(Window::before_pop)}}),
       {"error: 0 ok, 1 not started, 3 died"}},
      {"keep-going-in-batches", a_reactor({.tasks = 3}), {"3 ok"}},
      {"stop-in-a-batch",
       a_reactor({.stop_on_error = true, .workers = 1, .tasks = 3, .throwing = {0}}),
       {"error: 0 ok, 1 failed, 2 not started"}},
      {"endless-task-in-a-batch",
       a_reactor({.tasks = 3, .endless = {0}}),
       {"2 ok, 1 timed out, 1 abandoned"}},
      {"late-task-in-a-batch",
       a_reactor({.workers = 1, .tasks = 3}),
       {"3 ok", "3 ok, 1 abandoned", "2 ok, 1 timed out, 1 abandoned"},
       {.early_timeouts = 1, .max_steps = 5'000}},
      {"handler-of-the-caller", handler_of_the_caller, {"1 ok, 1 lost, handled 0 times"}},
      {"child-that-comes-back", child_that_comes_back, {"2 ok, 0 begun by strays"}},
      {"a-reply-is-lost",
       a_reactor({.workers = 1, .loses_a_reply = true}),
       {"1 ok, 1 lost, 1 unaccounted"}},
      {"worker-dies-in-a-batch",
       a_reactor({.workers = 1, .tasks = 3, .faults = {throws(Window::after_pop, {.task = 1})}}),
       {"2 ok, 1 lost, 1 died"}},
  };
  return all;
}

}  // namespace workbench::mutants
