// Two threads hand a ball to and fro, as often as is asked (for ever without an argument). Each of
// them waits for most of its time, and the program is alive all the time.
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

int main(int argc, char** argv) {
  const long rounds = argc > 1 ? std::atol(argv[1]) : -1;
  std::mutex mutex;
  std::condition_variable moved;
  long ball = 0;
  const auto play = [&](long side) {
    std::unique_lock lock(mutex);
    while (rounds < 0 || ball < rounds) {
      moved.wait(lock, [&] { return ball % 2 == side || (rounds >= 0 && ball >= rounds); });
      ++ball;
      moved.notify_one();
    }
  };
  std::thread other(play, 1);
  play(0);
  other.join();
}
