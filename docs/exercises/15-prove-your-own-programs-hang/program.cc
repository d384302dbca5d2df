#include <mutex>
#include <thread>

std::mutex fork_left;
std::mutex fork_right;

void dine(std::mutex& first, std::mutex& second) {
  const std::lock_guard one(first);
  const std::lock_guard two(second);
}

int main() {
  std::jthread philosopher([] { dine(fork_left, fork_right); });
  dine(fork_left, fork_right);
}
