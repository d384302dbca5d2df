// Loaded into a program in front of the C library (refusal.h): refuses to start some of its threads
// or processes, as the system does if there are too many: with EAGAIN. Each refusal is noted in the
// account of the run.
//
// It is in programs that we do not know, so it needs nothing but the C library.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const char* told(const char* name) {
  const char* text = getenv(name);
  return text == nullptr ? "" : text;
}

void note(int fault) {
  char line[32];
  const int size = snprintf(line, sizeof line, "{\"refused\": %d}\n", fault);
  const int account = open(told("WORKBENCH_ACCOUNT"), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (account < 0) return;
  // One write a line. What could be done if it fails? The run then says that nothing has struck.
  [[maybe_unused]] const ssize_t written = write(account, line, static_cast<size_t>(size));
  close(account);
}

// Is one of the times left that this fault may strike? Each is a directory, which only one can
// make.
bool may_strike(int fault, long times) {
  char path[4096];
  for (long time = 0; time < times; ++time) {
    snprintf(path, sizeof path, "%s/refused.%d.%ld", told("WORKBENCH_STRIKES"), fault, time);
    if (mkdir(path, 0700) == 0) return true;
  }
  return times < 0;
}

// Is the start of this worker to be refused?
bool is_refused(long worker) {
  int fault = 0;
  long only = 0;
  long times = 0;
  int size = 0;
  for (const char* rest = told("WORKBENCH_REFUSALS");
       sscanf(rest, "%d %ld %ld;%n", &fault, &only, &times, &size) == 3; rest += size) {
    if ((only >= 0 && only != worker) || !may_strike(fault, times)) continue;
    note(fault);
    return true;
  }
  return false;
}

// A shell on the way to the program (a wrapper script, a version manager) is not the pool.
bool is_shell() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  const char* slash = strrchr(path, '/');
  const char* name = slash == nullptr ? path : slash + 1;
  for (const char* shell : {"sh", "dash", "bash", "busybox", "ksh", "zsh"}) {
    if (strcmp(name, shell) == 0) return true;
  }
  return false;
}

// Counts the starts of one kind, if that is the kind of this pool's workers.
bool never = is_shell();  // also in a worker, and in whatever else was forked
std::atomic<long> started{0};

bool refuses(const char* kind) {
  return !never && strcmp(told("WORKBENCH_REFUSED"), kind) == 0 && is_refused(started++);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) noexcept {
  if (refuses("threads")) return EAGAIN;
  return next<decltype(&pthread_create)>("pthread_create")(thread, attributes, start, argument);
}

extern "C" pid_t fork() noexcept {
  if (refuses("processes")) {
    errno = EAGAIN;
    return -1;
  }
  const pid_t child = next<decltype(&fork)>("fork")();
  if (child == 0) never = true;
  return child;
}
