#include "exercise.h"

using namespace exercise;

std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue");
  auto result_queue = bench.queue<TaskReply>("result_queue");
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);

  auto crew = bench.launch(
      workers,
      [&bench, input_queue, result_queue]() mutable {
        while (const MaybeTask task = input_queue.pop()) {
          result_queue.push({.task = *task, .value = bench.act(*task)});
        }
      },
      [result_queue, tasks](const WorkerExit& exit) mutable {
        if (!exit.returned && exit.task) {
          result_queue.push_now({.task = *exit.task, .error = exit.how});
        }
        result_queue.push_now({.task = tasks});
      });

  std::vector<TaskReply> replies;
  for (int left = workers; replies.size() < tasks && left > 0;) {
    const TaskReply reply = result_queue.pop();
    if (reply.task == tasks) --left;  // a worker has left; there were its last words
    if (reply.task < tasks) replies.push_back(reply);
  }
  std::vector<bool> known(tasks);
  for (const TaskReply& reply : replies) known[reply.task] = true;
  for (TaskId task = 0; task < tasks; ++task) {
    if (!known[task]) replies.push_back({.task = task, .error = "no worker is left"});
  }
  crew.join();
  return replies;
}
