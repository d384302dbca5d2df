// A pool has a list of the threads that wait for work, and wakes the last one of them. A thread
// that leaves stays in the list. So it is woken in the place of one that lives, beside a task for
// it.
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Waiter {
  std::condition_variable changed;
  bool is_woken = false;
};

std::mutex mutex;
std::vector<Waiter*> waiters;
int tasks = 0;

// It is woken once: by a task, or because it is to leave.
void wait_for_work(Waiter& waiter, std::latch& waits) {
  std::unique_lock lock(mutex);
  waiters.push_back(&waiter);
  waits.count_down();
  waiter.changed.wait(lock, [&] { return waiter.is_woken; });
  if (tasks == 0) return;  // it leaves, and is still in the list
  --tasks;
}

void wake(Waiter& waiter) {
  waiter.is_woken = true;
  waiter.changed.notify_one();
}

}  // namespace

int main() {
  Waiter first;
  Waiter second;
  std::latch first_waits(1);
  std::latch second_waits(1);
  std::thread living([&] { wait_for_work(first, first_waits); });
  first_waits.wait();
  std::thread leaving([&] { wait_for_work(second, second_waits); });
  second_waits.wait();
  {
    const std::lock_guard lock(mutex);
    wake(second);
  }
  leaving.join();
  {
    const std::lock_guard lock(mutex);
    ++tasks;
    wake(*waiters.back());
  }
  living.join();
}
