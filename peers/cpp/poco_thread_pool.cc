// Poco: each thread of a ThreadPool runs a worker, which takes tasks from a NotificationQueue until
// it is empty. The pool catches what a worker throws, and says nothing of it.
#include <Poco/AutoPtr.h>
#include <Poco/Notification.h>
#include <Poco/NotificationQueue.h>
#include <Poco/Runnable.h>
#include <Poco/ThreadPool.h>

#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

struct Task : Poco::Notification {
  explicit Task(std::size_t of) : number(of) {}
  const std::size_t number;
};

struct Worker : Poco::Runnable {
  void run() override {
    while (const Poco::AutoPtr<Poco::Notification> next = queue.dequeueNotification()) {
      const std::size_t task = next.cast<Task>()->number;
      values[task] = subject::action(task);
    }
  }

  Poco::NotificationQueue queue;
  std::vector<long> values;
};

std::vector<long> run(std::size_t tasks, int workers) {
  Worker worker;
  worker.values.resize(tasks);
  for (std::size_t task = 0; task < tasks; ++task) {
    worker.queue.enqueueNotification(new Task(task));
  }
  Poco::ThreadPool pool(1, workers);
  for (int i = 0; i < workers; ++i) pool.start(worker);
  pool.joinAll();
  return worker.values;
}

int main() {
  try {
    const auto values = run(subject::tasks(), subject::workers());
    for (std::size_t task = 0; task < values.size(); ++task) subject::result(task, values[task]);
    subject::returned();
  } catch (const std::exception& thrown) {
    subject::error(thrown.what());
  }
}
