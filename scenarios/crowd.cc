#include "scenarios/crowd.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "core/posix/unique_fd.h"
#include "scenarios/told.h"
#include "scenarios/watchdog.h"

extern "C" {  // glibc 2.36 does not say so itself
#include <sys/pidfd.h>
}

namespace workbench::scenarios {
namespace {

// A watchdog at work.
class Post {
 public:
  Post(const Job& job, std::size_t index, std::uint64_t seed) : index_(index) {
    std::fflush(nullptr);  // or the child would write our unwritten output once more
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(EXIT_FAILURE);
      _exit(keep_watch(job, seed));
    }
    pidfd_ = processes::UniqueFd(pidfd_open(pid_, 0));
    if (!pidfd_) throw std::system_error(errno, std::generic_category(), "pidfd_open");
  }
  Post(const Post&) = delete;
  ~Post() {
    if (over_) return;
    kill(pid_, SIGKILL);  // its run dies with it
    waitpid(pid_, nullptr, 0);
  }

  int pidfd() const { return pidfd_.get(); }
  std::size_t index() const { return index_; }

  /// Requires: the watchdog has ended.
  RunRecord record() {
    waitpid(pid_, nullptr, 0);
    over_ = true;
    auto record = told_.heard();
    if (!record) throw std::runtime_error("a watchdog ended without a word");
    return *std::move(record);
  }

 private:
  int keep_watch(const Job& job, std::uint64_t seed) {
    try {
      told_.tell(watch_run(*job.subject, job.runtime, *job.scenario, Output::discarded, seed));
      return EXIT_SUCCESS;
    } catch (const std::exception& error) {
      fmt::print(stderr, "workbench: {}\n", error.what());
      return EXIT_FAILURE;
    }
  }

  std::size_t index_;
  Told<RunRecord> told_;
  pid_t pid_ = -1;
  processes::UniqueFd pidfd_;
  bool over_ = false;
};

void wait_for_any(const std::list<Post>& posts) {
  std::vector<pollfd> ends;
  for (const Post& post : posts)
    ends.push_back({.fd = post.pidfd(), .events = POLLIN, .revents = 0});
  poll(ends.data(), ends.size(), -1);  // untimed: every watchdog has a deadline
}

bool has_ended(const Post& post) {
  pollfd end{.fd = post.pidfd(), .events = POLLIN, .revents = 0};
  return poll(&end, 1, 0) > 0;
}

}  // namespace

std::vector<Job> jobs_of(const std::vector<Scenario>& scenarios,
                         const std::vector<std::string>& only) {
  const auto is_wanted = [&](const Job& job) {
    if (only.empty()) return job.scenario->expect.empty() || job.expectation() != nullptr;
    return std::find(only.begin(), only.end(), job.subject->name) != only.end();
  };
  std::vector<Job> jobs;
  for (const Scenario& scenario : scenarios) {
    for (const Subject& subject : subjects()) {
      for (const std::string& runtime : subject.runtimes) {
        const Job job{&scenario, &subject, runtime};
        if (is_wanted(job)) jobs.push_back(job);
      }
    }
  }
  return jobs;
}

std::vector<RunRecord> watch_all(const std::vector<Job>& jobs, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& done) {
  // Most runs wait for most of their time, so there may be more of them than processors.
  const std::size_t at_once = std::clamp(2 * std::thread::hardware_concurrency(), 2U, 16U);
  std::vector<RunRecord> records(jobs.size());
  std::list<Post> posts;
  for (std::size_t started = 0, over = 0; over < jobs.size();) {
    while (posts.size() < at_once && started < jobs.size()) {
      posts.emplace_back(jobs[started], started, seed);
      ++started;
    }
    wait_for_any(posts);
    for (auto post = posts.begin(); post != posts.end();) {
      if (!has_ended(*post)) {
        ++post;
        continue;
      }
      records[post->index()] = post->record();
      post = posts.erase(post);
      done(++over);
    }
  }
  return records;
}

}  // namespace workbench::scenarios
