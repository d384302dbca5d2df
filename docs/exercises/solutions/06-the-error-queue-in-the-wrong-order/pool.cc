#include <exception>

#include "exercise.h"

using namespace exercise;

std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue");
  auto result_queue = bench.queue<TaskReply>("result_queue");
  auto error_queue = bench.queue<TaskError>("error_queue");
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);

  auto crew = bench.launch(workers, [&bench, input_queue, result_queue, error_queue]() mutable {
    while (const MaybeTask task = input_queue.pop()) {
      TaskReply reply{.task = *task};
      TaskError error;
      try {
        reply.value = bench.act(*task);
      } catch (const std::exception& caught) {
        error = {.task = *task, .what = caught.what()};
      }
      if (!reply.value) error_queue.push(error);
      result_queue.push(reply);
    }
  });

  std::vector<TaskReply> replies;
  while (replies.size() < tasks) {
    TaskReply reply = result_queue.pop();
    if (!reply.value) {
      if (const auto error = error_queue.try_pop()) reply.error = error->what;
    }
    replies.push_back(reply);
  }
  crew.join();
  return replies;
}
