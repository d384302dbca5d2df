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
      [result_queue](const WorkerExit& exit) mutable {
        if (!exit.returned && exit.task) {
          result_queue.push_now({.task = *exit.task, .error = exit.how});
        }
      });

  std::vector<TaskReply> replies;
  for (int left = workers; replies.size() < tasks && left > 0;) {
    replies.push_back(result_queue.pop());
    if (!replies.back().error.empty()) --left;
  }
  crew.join();
  return replies;
}
