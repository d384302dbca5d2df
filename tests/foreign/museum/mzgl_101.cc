// A pool is stopped by a flag that is set without the mutex. Its worker has looked at the flag, and
// has not gone to sleep yet: nobody is there to be notified. The moment in between is made long
// here.
#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable changed;
std::atomic<bool> is_stopped{false};
std::latch has_looked(1);
std::latch was_notified(1);

bool look() {
  const bool seen = is_stopped;
  has_looked.count_down();
  was_notified.wait();
  return seen;
}

void work() {
  std::unique_lock lock(mutex);
  if (!look()) changed.wait(lock);
}

}  // namespace

int main() {
  std::thread worker(work);
  has_looked.wait();
  is_stopped = true;
  changed.notify_all();
  was_notified.count_down();
  worker.join();
}
