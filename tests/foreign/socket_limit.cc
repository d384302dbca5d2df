// Reads from a socket whose other end it holds itself, and gives up after a while.
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main() {
  int line[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, line) != 0) return 1;
  const timeval coarse_now{.tv_sec = 0, .tv_usec = 300'000};
  setsockopt(line[0], SOL_SOCKET, SO_RCVTIMEO, &coarse_now, sizeof coarse_now);
  char byte = 0;
  return read(line[0], &byte, 1) < 0 ? 42 : 1;
}
