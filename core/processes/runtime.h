/// @file
/// The process runtime: workers are forked processes, queues belong to the parent.
///
/// A worker may throw, exit or be killed at any instant, without harm to the others: only the task
/// that it is on is lost, and its Exit says why. Workers die with their parent, even if the parent
/// is killed. The stop token that a body may take never asks it to stop here: a worker whose time
/// is up gets SIGTERM, and SIGKILL after a grace period. Whoever is asked to finish early gets
/// `stop_signal`, which is ignored unless the action handles it.
///
/// A worker is a process of its own: it has the default signal handlers and no signal blocked, it
/// does not run what its parent has registered with atexit, and what its action starts belongs to
/// its process group. The whole group is ended with a worker that does not leave by itself.
///
/// Requires: when the program forks, it has no other threads (as with any use of fork). It does not
/// reap children that it did not start itself. Items of queues are `Shippable`.
///
/// Thread safety: one copy of the runtime, with its queues and crew, is used by one thread.
#pragma once

#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "core/processes/queue.h"
#include "core/processes/queue_server.h"
#include "core/runtime.h"

namespace workbench {

namespace processes {

/// Processes that were launched together. See CrewType.
class Crew {
 public:
  Crew(std::shared_ptr<QueueServer> server, std::function<void()> body, OnExit on_exit)
      : server_(std::move(server)), body_(std::move(body)), reports_exits_(on_exit != nullptr) {
    on_exit_ = std::make_shared<OnExit>(reports_exits_ ? std::move(on_exit) : report_unhandled);
  }
  Crew(Crew&&) noexcept = default;
  Crew& operator=(Crew&&) = delete;
  ~Crew() {
    if (server_) server_->kill_all();
  }

  void add_worker() { add_worker(posix::SignalHandlers()); }
  void add_worker(const posix::SignalHandlers& handlers) {
    const WorkerId id = next_id_++;
    try {
      server_->start(id, body_, on_exit_, handlers);
    } catch (const std::system_error&) {
      if (!reports_exits_) throw;
      (*on_exit_)({.worker = id, .how = Exit::How::not_started, .failure = current_failure()});
    }
  }

  // Untimed: it ends with the last worker. If one never leaves and is not ended, it never returns.
  void join() {
    server_->wait_until([&] { return !server_->has_workers(); });
  }

  std::vector<InFlight> in_flight() {
    server_->serve();
    return server_->in_flight();
  }
  bool end(const InFlight& in_flight) { return server_->end(in_flight); }
  void request_stop() { server_->request_stop(); }
  std::size_t abandoned() const { return 0; }  // a process can always be killed

 private:
  std::shared_ptr<QueueServer> server_;
  std::function<void()> body_;
  bool reports_exits_;
  std::shared_ptr<OnExit> on_exit_;
  WorkerId next_id_ = 0;
};

}  // namespace processes

/// Workers that are processes of their own. See Runtime.
class Processes {
 public:
  template <class T>
  using Queue = processes::QueueFor<T>;
  using Crew = processes::Crew;

  struct Options {
    Duration grace = std::chrono::milliseconds(200);  ///< between SIGTERM and SIGKILL
    /// Asks workers to finish early (`request_stop`). They ignore it, unless the action handles it.
    int stop_signal = SIGUSR1;
  };

  Processes() = default;
  explicit Processes(Options options) : options_(options) {}
  Processes(const Processes& other) : options_(other.options_) {}
  Processes& operator=(const Processes& other) {
    *this = Processes(other);
    return *this;
  }
  Processes(Processes&&) = default;
  Processes& operator=(Processes&&) = default;
  ~Processes() = default;

  /// Forks `n` workers that run `body`. If that fails and there is no `on_exit`, throws
  /// std::system_error.
  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    Crew crew(
        server(), [body = std::move(body)]() mutable { run_body(body, std::stop_token{}); },
        std::move(on_exit));
    const posix::SignalHandlers handlers;
    for (int i = 0; i < n; ++i) crew.add_worker(handlers);
    return crew;
  }

  TimePoint now() const { return Clock::now(); }

  /// The server of this copy of the runtime; made at the first call.
  const std::shared_ptr<processes::QueueServer>& server() {
    if (!server_)
      server_ = std::make_shared<processes::QueueServer>(options_.grace, options_.stop_signal);
    return server_;
  }

 private:
  Options options_;
  std::shared_ptr<processes::QueueServer> server_;
};

static_assert(Runtime<Processes>);

}  // namespace workbench
