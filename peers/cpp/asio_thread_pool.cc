// Asio: a packaged_task for each task is posted to a thread_pool, and the caller collects its
// future.
#include <asio/packaged_task.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <future>
#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

int main() {
  asio::thread_pool pool(subject::workers());
  std::vector<std::future<long>> futures;
  for (std::size_t task = 0; task < subject::tasks(); ++task) {
    std::packaged_task<long()> run([task] { return subject::action(task); });
    futures.push_back(asio::post(pool, std::move(run)));
  }
  for (std::size_t task = 0; task < futures.size(); ++task) {
    try {
      subject::result(task, futures[task].get());
    } catch (const std::exception& thrown) {
      subject::failed(task, thrown.what());
    } catch (...) {
      subject::failed(task, "not a std::exception");
    }
  }
  pool.join();
  subject::returned();
}
