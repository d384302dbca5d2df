// Waits for its own child, which waits for it; but an alarm will end that.
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace {
void wake(int) { _exit(42); }
}  // namespace

int main() {
  std::signal(SIGALRM, wake);
  const itimerval coarse_now{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 300'000}};
  setitimer(ITIMER_REAL, &coarse_now, nullptr);
  int line[2];
  if (pipe(line) != 0) return 1;
  char byte = 0;
  return static_cast<int>(read(line[0], &byte, 1));
}
