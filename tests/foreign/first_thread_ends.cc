// Its first thread ends, and another one computes on for ever. To the kernel the process looks
// ended.
#include <pthread.h>

#include <atomic>
#include <thread>

int main() {
  std::atomic<unsigned long> count{0};
  std::thread([&] {
    for (;;) ++count;
  }).detach();
  pthread_exit(nullptr);
}
