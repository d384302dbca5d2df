#include "exercise.h"

using namespace exercise;

std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue");
  auto result_queue = bench.queue<TaskReply>("result_queue", bench.capacity());
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);

  auto crew = bench.launch(workers, [&bench, input_queue, result_queue]() mutable {
    while (const MaybeTask task = input_queue.pop()) {
      result_queue.push({.task = *task, .value = bench.act(*task)});
    }
  });

  std::vector<TaskReply> replies;
  while (replies.size() < tasks) replies.push_back(result_queue.pop());
  crew.join();
  return replies;
}
