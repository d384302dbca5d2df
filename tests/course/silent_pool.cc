// A poison-pill pool as one writes it in an afternoon. One task of five throws, and the worker's
// own handler keeps the error to itself. The main thread waits for a fifth result for ever.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <queue>
#include <stdexcept>
#include <thread>
#include <vector>

template <class T>
class Queue {
 public:
  void push(T item) {
    const std::lock_guard lock(mutex_);
    items_.push(item);
    changed_.notify_one();
  }
  T pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !items_.empty(); });
    T item = items_.front();
    items_.pop();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<T> items_;
};

int add(int task) {
  if (task == 3) throw std::runtime_error("boom");
  return 4 * task + 3;
}

int main() {
  Queue<std::optional<int>> tasks;
  Queue<int> results;
  for (int task = 0; task < 5; ++task) tasks.push(task);
  for (int worker = 0; worker < 2; ++worker) tasks.push(std::nullopt);  // the pills

  std::vector<std::thread> workers;
  for (int worker = 0; worker < 2; ++worker) {
    workers.emplace_back([&] {
      try {
        while (const auto task = tasks.pop()) results.push(add(*task));
      } catch (const std::exception& error) {
        std::fprintf(stderr, "worker: %s\n", error.what());
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  int sum = 0;
  for (int i = 0; i < 5; ++i) sum += results.pop();
  std::printf("%d\n", sum);
}
