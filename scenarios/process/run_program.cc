#include "scenarios/process/run_program.h"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "core/posix/fork.h"
#include "core/posix/unique_fd.h"

extern char** environ;

namespace workbench::scenarios {
namespace {

// Starts a program that writes all that it prints to `output`. No signal is blocked in it.
pid_t start(std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments.front(), &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category());
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {  // untimed, as its caller says
  }
  return status;
}

std::string contents_of(int file) {
  std::string text(static_cast<std::size_t>(std::max<off_t>(lseek(file, 0, SEEK_END), 0)), '\0');
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

}  // namespace

void run_program(std::vector<std::string> words, const std::string& package) {
  pid_t child = 0;
  try {
    child = start(words, STDERR_FILENO);
  } catch (const std::system_error& error) {
    throw std::runtime_error(fmt::format(
        "cannot run '{}'{}: {}", words.front(),
        package.empty() ? "" : fmt::format(" (Debian: {})", package), error.code().message()));
  }
  // No limit of time: it does its work, then it ends.
  if (status_of(child) != 0) {
    throw std::runtime_error(fmt::format("'{}' has failed", words.front()));
  }
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream in(path == nullptr ? "" : path);
  for (std::string directory; std::getline(in, directory, ':');) {
    if (access(fmt::format("{}/{}", directory, program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::optional<std::string> output_of(std::vector<std::string> words, Duration limit) {
  const posix::UniqueFd output(memfd_create("output", MFD_CLOEXEC));
  try {
    const pid_t child = start(words, output.get());
    const posix::UniqueFd end = posix::open_pidfd(child);
    pollfd ended{.fd = end.get(), .events = POLLIN, .revents = 0};
    const auto most = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
    if (poll(&ended, 1, static_cast<int>(most)) != 1) posix::send_signal(end, SIGKILL);
    if (status_of(child) != 0) return std::nullopt;  // it has ended, or was just killed
  } catch (const std::system_error&) {
    return std::nullopt;
  }
  return contents_of(output.get());
}

}  // namespace workbench::scenarios
