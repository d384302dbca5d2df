#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

#include "scenarios/cli/cli.h"

int main(int argc, char** argv) {
  // If stdin, stdout or stderr is closed, occupy its number with /dev/null: otherwise the next file
  // we open would become stdout. It is opened for reading only, so that a write fails and the lost
  // output is reported.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  }
  return workbench::scenarios::run_cli(argc, argv);
}
