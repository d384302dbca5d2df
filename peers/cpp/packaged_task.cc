// std::thread over a locked queue of std::packaged_task, and a future for each of them.
#include <future>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

using Task = std::packaged_task<long()>;

int main() {
  std::mutex mutex;
  std::queue<Task> queue;
  std::vector<std::future<long>> futures;
  for (std::size_t task = 0; task < subject::tasks(); ++task) {
    queue.push(Task([task] { return subject::action(task); }));
    futures.push_back(queue.back().get_future());
  }

  const auto work = [&] {
    for (;;) {
      std::unique_lock lock(mutex);
      if (queue.empty()) return;
      Task task = std::move(queue.front());
      queue.pop();
      lock.unlock();
      task();
    }
  };
  std::vector<std::thread> threads(subject::workers());
  for (std::thread& thread : threads) thread = std::thread(work);

  for (std::size_t task = 0; task < futures.size(); ++task) {
    try {
      subject::result(task, futures[task].get());
    } catch (const std::exception& thrown) {
      subject::failed(task, thrown.what());
    } catch (...) {
      subject::failed(task, "not a std::exception");
    }
  }
  for (std::thread& thread : threads) thread.join();
  subject::returned();
}
