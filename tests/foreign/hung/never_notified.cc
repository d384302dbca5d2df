// The condition has become true, but nobody was told: `notify_one` is forgotten. The main thread
// waits for the end of the thread that waits for the condition.
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable changed;
bool is_ready = false;
std::latch has_begun(1);

void consume() {
  std::unique_lock lock(mutex);
  has_begun.count_down();
  changed.wait(lock, [] { return is_ready; });
}

}  // namespace

int main() {
  std::thread consumer(consume);
  has_begun.wait();
  {
    const std::lock_guard lock(mutex);  // the consumer has let go of it: it waits
    is_ready = true;
  }
  consumer.join();
}
