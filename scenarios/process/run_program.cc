#include "scenarios/process/run_program.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

extern char** environ;

namespace workbench::scenarios {

void run_program(std::vector<std::string> words, const std::string& package) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error(fmt::format(
        "cannot run '{}'{}: {}", words.front(),
        package.empty() ? "" : fmt::format(" (Debian: {})", package), std::strerror(error)));
  }
  int status = 0;
  waitpid(child, &status, 0);  // no limit of time: it does its work, then it ends
  if (status != 0) throw std::runtime_error(fmt::format("'{}' has failed", words.front()));
}

}  // namespace workbench::scenarios
