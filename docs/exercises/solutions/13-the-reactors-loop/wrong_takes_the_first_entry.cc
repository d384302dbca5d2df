#include <exception>
#include <limits>

#include "exercise.h"

using namespace exercise;

constexpr TaskId kLeaving = std::numeric_limits<TaskId>::max();

std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue");
  auto result_queue = bench.queue<TaskReply>("result_queue");
  auto error_queue = bench.queue<TaskError>("error_queue");
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);

  auto crew = bench.launch(
      workers,
      [&bench, input_queue, result_queue, error_queue]() mutable {
        while (const MaybeTask task = input_queue.pop()) {
          try {
            result_queue.push({.task = *task, .value = bench.act(*task)});
          } catch (const std::exception& error) {
            error_queue.push({.task = *task, .what = error.what()});
            result_queue.push({.task = *task});
          }
        }
      },
      [result_queue, error_queue](const WorkerExit& exit) mutable {
        if (!exit.returned) {
          error_queue.push_now({.task = exit.task, .what = exit.how});
          if (exit.task) result_queue.push_now({.task = *exit.task});
        }
        result_queue.push_now({.task = kLeaving});
      });

  std::vector<TaskReply> replies;
  std::vector<bool> known(tasks);
  for (int left = workers; replies.size() < tasks && left > 0;) {
    TaskReply reply = result_queue.pop();
    if (reply.task == kLeaving) {
      --left;
      continue;
    }
    if (known[reply.task]) continue;  // its result had arrived before its worker was killed
    if (!reply.value) reply.error = error_queue.pop().what;  // whose?
    known[reply.task] = true;
    replies.push_back(reply);
  }
  for (TaskId task = 0; task < tasks; ++task) {
    if (!known[task]) replies.push_back({.task = task, .error = "no worker is left"});
  }
  crew.join();
  return replies;
}
