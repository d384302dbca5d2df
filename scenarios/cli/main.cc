#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

#include "scenarios/cli/cli.h"

int main(int argc, char** argv) {
  // What is opened later must not take the place of an output that is closed. To what stands there
  // now nobody can write, so the loss is told.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) < 0) open("/dev/null", O_RDONLY);
  }
  return workbench::scenarios::run_cli(argc, argv);
}
