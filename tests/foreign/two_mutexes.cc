// Two threads take two mutexes crosswise, each when the other has its first: the classical
// deadlock. What it has printed lies in a buffer: nobody sees it.
#include <barrier>
#include <cstdio>
#include <mutex>
#include <thread>

int main() {
  std::puts("left and right, now");
  std::mutex left;
  std::mutex right;
  std::barrier both_have_one(2);
  const auto take = [&](std::mutex& first, std::mutex& second) {
    const std::lock_guard one(first);
    both_have_one.arrive_and_wait();
    const std::lock_guard two(second);
  };
  std::thread other([&] { take(right, left); });
  take(left, right);
  other.join();
}
