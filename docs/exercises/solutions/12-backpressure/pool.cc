#include "exercise.h"

using namespace exercise;

std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue", bench.capacity());
  auto result_queue = bench.queue<TaskReply>("result_queue", bench.capacity());
  auto crew = bench.launch(workers, [&bench, input_queue, result_queue]() mutable {
    while (const MaybeTask task = input_queue.pop()) {
      result_queue.push({.task = *task, .value = bench.act(*task)});
    }
  });

  std::vector<TaskReply> replies;
  TaskId next = 0;
  while (replies.size() < tasks) {
    const std::size_t under_way = next - replies.size();
    if (next < tasks && under_way < bench.capacity()) {
      input_queue.push(next++);  // does not wait: no more are under way than it has places
    } else {
      replies.push_back(result_queue.pop());
    }
  }
  for (int i = 0; i < workers; ++i) input_queue.push(pill);  // the workers make room
  crew.join();
  return replies;
}
