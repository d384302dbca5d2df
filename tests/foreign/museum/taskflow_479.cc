// An executor counts a task as done after it has returned. One that throws is never counted, and
// who waits until all are done waits for ever.
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <thread>

class Executor {
 public:
  void run(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push(std::move(task));
    ++not_done_;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return not_done_ == 0; });
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      try {
        task();
        lock.lock();
        --not_done_;
        changed_.notify_all();
      } catch (const std::exception& error) {
        std::fprintf(stderr, "a task: %s\n", error.what());
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::function<void()>> tasks_;
  int not_done_ = 0;
  std::thread worker_{[this] { work(); }};
};

int main() {
  Executor executor;
  executor.run([] { throw std::runtime_error("x"); });
  executor.wait();
}
