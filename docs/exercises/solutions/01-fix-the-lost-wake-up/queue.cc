#include <deque>
#include <memory>

#include "locks.h"

using namespace exercise;

class BlockingQueue : public TaskQueue {
 public:
  void push(MaybeTask item) override {
    const std::lock_guard lock(mutex_);
    items_.push_back(item);
    changed_.notify_one();
  }

  MaybeTask pop() override {
    std::unique_lock lock(mutex_);
    while (items_.empty()) changed_.wait(lock);
    const MaybeTask item = items_.front();
    items_.pop_front();
    return item;
  }

 private:
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<MaybeTask> items_;  // guarded by mutex_
};

std::unique_ptr<TaskQueue> make_queue() { return std::make_unique<BlockingQueue>(); }
