// A template for a subject: your own pool, put through every scenario. Copy this file to
// scenarios/subjects/my_pool.cc and change it; nothing else needs to be changed.
//
//     ./workbench compare --subject my-pool
//     ./workbench run one-task-throws --subject my-pool
//
// [subject template]
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

// 1. The pool. This one is small, and too trusting: what happens when the action throws?
std::vector<Answer> run_my_pool(const std::vector<TaskId>& tasks, int workers, auto action) {
  std::vector<Answer> answers;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  std::vector<std::jthread> crew;
  crew.reserve(static_cast<std::size_t>(workers));
  for (int i = 0; i < workers; ++i) {
    crew.emplace_back([&, action]() mutable {
      for (std::size_t mine = next++; mine < tasks.size(); mine = next++) {
        const Answer answer = action(tasks[mine]);
        const std::lock_guard lock(mutex);
        answers.push_back(answer);
      }
    });
  }
  crew.clear();  // joins
  return answers;
}

// 2. The adapter: runs the scenario, and says what the caller of the pool received, in any order. A
// task that you say nothing of counts as `missing`, a value that is not right as `wrong`. What is
// thrown here counts as an error that reached the caller.
Account run(const Stage& stage) {
  const auto answers = run_my_pool(stage.tasks(), stage.scenario().workers, stage.action());
  Account account;
  for (const Answer& answer : answers) {
    account.results.push_back({task_of(answer.value), "ok", answer.value});
  }
  return account;
}

// 3. Its name. A pool that is a template over a Runtime, as ours are, uses `stage.on_runtime`
// (subjects/naive.cc) and runs on all of `runtime_names()`; then every fault window and the wait
// board come for nothing.
const Registration registration{
    {.name = "my-pool", .description = "a pool of my own", .runtimes = {"threads"}, .run = run}};

}  // namespace
}  // namespace workbench::scenarios
// [subject template]
