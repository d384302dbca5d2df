// A pool of one's own: threads that take the next task until none is left. It is too trusting: what
// happens when the action throws?
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "workbench_subject.h"

namespace subject = workbench_subject;

int main() {
  std::vector<std::int64_t> results(subject::tasks());
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < subject::workers(); ++i) {
    threads.emplace_back([&] {
      for (std::size_t task = next++; task < results.size(); task = next++) {
        results[task] = subject::action(task);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t task = 0; task < results.size(); ++task) subject::result(task, results[task]);
  subject::returned();
}
