// Two threads take two mutexes crosswise, for good. A third one looks at a clock now and then, as
// helpers of a language's runtime do, so that the program as a whole is not hung.
#include <barrier>
#include <chrono>
#include <mutex>
#include <thread>

int main() {
  std::mutex left;
  std::mutex right;
  std::barrier both_have_one(2);
  const auto take = [&](std::mutex& first, std::mutex& second) {
    const std::lock_guard one(first);
    both_have_one.arrive_and_wait();
    const std::lock_guard two(second);
  };
  std::thread helper([] {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  });
  std::thread other([&] { take(right, left); });
  take(left, right);
  other.join();
  helper.join();
}
