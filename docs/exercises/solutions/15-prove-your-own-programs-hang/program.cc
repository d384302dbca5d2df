#include <latch>
#include <mutex>
#include <thread>

std::mutex fork_left;
std::mutex fork_right;
std::latch both_have_one(2);

void dine(std::mutex& first, std::mutex& second) {
  const std::lock_guard one(first);
  both_have_one.arrive_and_wait();
  const std::lock_guard two(second);
}

int main() {
  std::jthread philosopher([] { dine(fork_left, fork_right); });
  dine(fork_right, fork_left);
}
