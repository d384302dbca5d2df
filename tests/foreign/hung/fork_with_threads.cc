// A program with two threads forks while the second one holds a mutex. In the child that thread
// does not exist, so the mutex stays locked for ever, and the parent waits for the child.
#include <sys/wait.h>
#include <unistd.h>

#include <latch>
#include <mutex>
#include <thread>

namespace {

std::mutex log_mutex;
std::latch is_held(1);
std::latch has_forked(1);

void write_to_log() {
  const std::lock_guard lock(log_mutex);
  is_held.count_down();
  has_forked.wait();
}

}  // namespace

int main() {
  std::thread logger(write_to_log);
  is_held.wait();
  const pid_t child = fork();
  if (child == 0) {
    const std::lock_guard lock(log_mutex);
    _exit(0);
  }
  has_forked.count_down();
  logger.join();
  waitpid(child, nullptr, 0);
}
