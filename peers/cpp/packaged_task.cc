// std::thread over a locked queue of std::packaged_task, as it is written anew in project after
// project: a future for each task, and a destructor that lets the workers empty the queue.
#include <condition_variable>
#include <future>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "futures.h"

class Pool {
 public:
  explicit Pool(int workers) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Pool() {
    std::unique_lock lock(mutex_);
    stop_ = true;
    lock.unlock();
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  template <class Action>
  std::future<Sum> submit(Action action) {
    std::packaged_task<Sum()> task(std::move(action));
    auto future = task.get_future();
    std::unique_lock lock(mutex_);
    queue_.push(std::move(task));
    lock.unlock();
    changed_.notify_one();
    return future;
  }

 private:
  void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::packaged_task<Sum()> task = std::move(queue_.front());
      queue_.pop();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::queue<std::packaged_task<Sum()>> queue_;  // guarded by mutex_
  bool stop_ = false;                            // guarded by mutex_
  std::vector<std::thread> threads_;
};

int main() { use<Pool>(); }
