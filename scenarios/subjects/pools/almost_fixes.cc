// Four repairs of the poison-pill pool that are often made, each of which cures something and
// leaves something else. The course has a chapter on them. They run only where somebody asks for
// them by name.
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/failure.h"
#include "core/job.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

template <class Runtime, class T>
using QueueIn = typename Runtime::template Queue<T>;

// What all four share with the naive pool: the tasks, then a pill for each worker.
template <class Queue>
void feed(Queue input_queue, std::size_t tasks, int workers) {
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);
}

// The worker catches whatever its action throws, and goes on. So it lives, and does its share. But
// for this task there is still no result, and nobody is told why.
// [catch-all]
template <class Runtime, class Action>
std::vector<Sum> catch_all(Runtime runtime, const Scenario& scenario, Action action) {
  QueueIn<Runtime, MaybeTask> input_queue(runtime, "input_queue");
  QueueIn<Runtime, Sum> result_queue(runtime, "result_queue",
                                     {.capacity = scenario.queue_capacity});
  feed(input_queue, scenario.tasks, scenario.workers);
  auto crew = runtime.launch(scenario.workers, [=]() mutable {
    while (const MaybeTask task = input_queue.pop()) {
      try {
        result_queue.push(action(*task));
      } catch (...) {
        continue;  // a pool must not end because of one task
      }
    }
  });
  crew.join();
  std::vector<Sum> results;
  while (results.size() < scenario.tasks) results.push_back(result_queue.pop());
  return results;
}
// [catch-all]

// The caller waits for each result for a limited time. So it always returns. But it cannot tell a
// result that is late from one that never comes, and it tells nobody that some are missing.
// [time-out]
template <class Runtime, class Action>
std::vector<Sum> time_out(Runtime runtime, const Scenario& scenario, Action action) {
  QueueIn<Runtime, MaybeTask> input_queue(runtime, "input_queue");
  QueueIn<Runtime, Sum> result_queue(runtime, "result_queue",
                                     {.capacity = scenario.queue_capacity});
  feed(input_queue, scenario.tasks, scenario.workers);
  auto crew = runtime.launch(scenario.workers, [=]() mutable {
    while (const MaybeTask task = input_queue.pop()) result_queue.push(action(*task));
  });
  std::vector<Sum> results;
  while (results.size() < scenario.tasks) {
    std::optional<Sum> result = result_queue.pop_for(scenario.result_timeout);
    if (!result) break;  // it has been long enough
    results.push_back(*std::move(result));
  }
  crew.join();
  return results;
}
// [time-out]

// A worker that dies says so, with a last word in the queue of results, and so does one that
// leaves. The caller counts workers, not results. But a worker that is killed has no last word.
// [dying-pill]
struct LastWord {
  std::optional<Sum> sum{};          // none: this worker sends nothing more
  std::optional<std::string> why{};  // it has died of this
};

template <class Archive>
void serialize(Archive& archive, LastWord& word) {
  archive(word.sum, word.why);
}

template <class Runtime, class Action>
std::vector<Sum> dying_pill(Runtime runtime, const Scenario& scenario, Action action) {
  QueueIn<Runtime, MaybeTask> input_queue(runtime, "input_queue");
  QueueIn<Runtime, LastWord> result_queue(runtime, "result_queue",
                                          {.capacity = scenario.queue_capacity});
  feed(input_queue, scenario.tasks, scenario.workers);
  auto crew = runtime.launch(scenario.workers, [=]() mutable {
    try {
      while (const MaybeTask task = input_queue.pop()) result_queue.push({.sum = action(*task)});
      result_queue.push({});
    } catch (...) {
      result_queue.push({.why = current_failure().what});
    }
  });
  std::vector<Sum> results;
  std::optional<std::string> why;
  for (int gone = 0; gone < scenario.workers;) {
    LastWord word = result_queue.pop();
    if (word.sum) {
      results.push_back(*std::move(word.sum));
    } else {
      ++gone;
      if (word.why) why = std::move(word.why);
    }
  }
  crew.join();
  if (why) throw std::runtime_error(*why);
  return results;
}
// [dying-pill]

// The caller joins after it has collected. So a queue of results may be bounded. But it still waits
// for one result a task.
// [join-later]
template <class Runtime, class Action>
std::vector<Sum> join_later(Runtime runtime, const Scenario& scenario, Action action) {
  QueueIn<Runtime, MaybeTask> input_queue(runtime, "input_queue");
  QueueIn<Runtime, Sum> result_queue(runtime, "result_queue",
                                     {.capacity = scenario.queue_capacity});
  feed(input_queue, scenario.tasks, scenario.workers);
  auto crew = runtime.launch(scenario.workers, [=]() mutable {
    while (const MaybeTask task = input_queue.pop()) result_queue.push(action(*task));
  });
  std::vector<Sum> results;
  while (results.size() < scenario.tasks) results.push_back(result_queue.pop());
  crew.join();
  return results;
}
// [join-later]

// As for the naive pool, the value of a result tells which task it belongs to.
auto run_with(auto pool) {
  return [pool](const TestBed& bed) {
    return bed.on_runtime([&](auto runtime, auto action) {
      RunResult result;
      for (const Sum& sum : pool(runtime, bed.scenario(), action)) {
        result.tasks.push_back({task_of(sum.value), OutcomeKind::ok, sum.value});
      }
      return result;
    });
  };
}

Subject almost_fix(std::string name, std::string description,
                   std::function<RunResult(const TestBed&)> run) {
  return {.name = std::move(name),
          .description = std::move(description),
          .runtimes = {RuntimeKind::threads, RuntimeKind::processes},
          .on_our_runtimes = true,
          .run = std::move(run),
          .rank = 30,
          .only_by_name = true};
}

const Registration registrations[]{
    Registration(almost_fix("almost-catch-all", "the poison-pill pool, whose workers catch all",
                            run_with([](auto runtime, const Scenario& scenario, auto action) {
                              return catch_all(runtime, scenario, action);
                            }))),
    Registration(almost_fix("almost-time-out", "the poison-pill pool, whose caller waits no longer",
                            run_with([](auto runtime, const Scenario& scenario, auto action) {
                              return time_out(runtime, scenario, action);
                            }))),
    Registration(almost_fix("almost-dying-pill", "the poison-pill pool, whose dying workers say so",
                            run_with([](auto runtime, const Scenario& scenario, auto action) {
                              return dying_pill(runtime, scenario, action);
                            }))),
    Registration(almost_fix("almost-join-later", "the poison-pill pool, which collects, then joins",
                            run_with([](auto runtime, const Scenario& scenario, auto action) {
                              return join_later(runtime, scenario, action);
                            })))};

}  // namespace
}  // namespace workbench::scenarios
