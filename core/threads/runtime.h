/// @file
/// The thread runtime: workers are threads of this process, queues are `BlockingQueue`s.
///
/// An exception that leaves a worker's body ends only that worker, as it would end only that
/// process if the worker were one (`OnEscape::end_worker`). With a raw `std::thread` it would end
/// the whole program; to show that, use `OnEscape::terminate`.
///
/// Threads share their fate: `exit`, `abort` or a signal in one worker ends the whole program.
/// `pthread_exit` and `pthread_cancel` end only the worker.
///
/// Thread safety: any thread may use queues; only the thread that launched a crew may use it.
#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/runtime.h"
#include "core/sync.h"
#include "core/this_worker.h"
#include "core/threads/queue.h"
#include "core/threads/worker.h"

namespace workbench {

/// What happens when an exception leaves a worker's body.
enum class OnEscape {
  end_worker,  ///< only this worker dies, with a message on stderr, as in Python's worker processes
  terminate,   ///< std::terminate, as with a raw std::thread
};

namespace threads {

/// Threads that were launched together. See CrewType.
template <class Sync>
class Crew {
 public:
  Crew(std::function<void(std::stop_token)> body, OnExit on_exit, OnEscape on_escape,
       Duration grace)
      : shared_(std::make_shared<Shared>()), grace_(grace) {
    shared_->body = std::move(body);
    shared_->on_exit = std::move(on_exit);
    shared_->on_escape = on_escape;
  }
  Crew(Crew&&) noexcept = default;
  Crew& operator=(Crew&&) = delete;
  ~Crew() {
    if (!shared_) return;
    if (std::uncaught_exceptions() > exceptions_) {
      end_all();
    } else {
      join();
    }
  }

  void add_worker() {
    const auto worker = std::make_shared<Worker<Sync>>(next_id_++);
    // Room first: a thread that runs, but is in no list, could never be joined.
    if (members_.size() == members_.capacity()) members_.reserve(2 * members_.size() + 1);
    try {
      members_.push_back({worker, typename Sync::thread(live, shared_, worker, shared_->on_exit)});
    } catch (const std::system_error&) {
      if (!shared_->on_exit) throw;
      shared_->on_exit(
          {.worker = worker->id(), .how = Exit::How::not_started, .failure = current_failure()});
    }
  }

  // Untimed: it ends with the last worker. If one never leaves and is not ended, it never returns.
  void join() {
    for (Member& member : members_) member.thread.join();
    members_.clear();
  }

  std::vector<InFlight> in_flight() {
    std::vector<InFlight> all;
    for (const Member& member : members_) {
      if (const auto one = member.worker->observe()) all.push_back(*one);
    }
    return all;
  }

  void request_stop() {
    for (const Member& member : members_) member.worker->request_stop();
  }

  bool end(const InFlight& in_flight) {
    const auto member = std::find_if(members_.begin(), members_.end(), [&](const Member& each) {
      return each.worker->id() == in_flight.worker;
    });
    if (member == members_.end() || !member->worker->end(in_flight.pops)) return false;
    member->thread.detach();  // safe: it shares the ownership of all that it uses
    members_.erase(member);
    ++abandoned_;
    return true;
  }

  std::size_t abandoned() const { return abandoned_; }

 private:
  // What the caller and the workers share; an abandoned thread keeps it alive.
  struct Shared {
    std::function<void(std::stop_token)> body;
    OnExit on_exit;
    OnEscape on_escape = OnEscape::end_worker;
  };

  struct Member {
    std::shared_ptr<Worker<Sync>> worker;
    typename Sync::thread thread;
  };

  // Called when an exception of the caller destroys the crew. Nobody will take results any more, so
  // each worker is ended wherever it is. Those that do not leave within the grace are abandoned.
  void end_all() noexcept {
    const TimePoint deadline = deadline_after(Sync::clock::now(), grace_);
    for (const Member& member : members_) member.worker->end_now();
    for (Member& member : members_) {
      if (leaves(*member.worker, deadline)) {
        member.thread.join();  // untimed: it has nothing more to do
      } else {
        member.thread.detach();
      }
    }
  }

  static bool leaves(Worker<Sync>& worker, TimePoint deadline) {
    try {
      return worker.wait_until_left(deadline);
    } catch (...) {  // a simulated run is being unwound, with all its threads: nobody can wait
      return true;
    }
  }

  // The life of one worker, on its own thread. Like the body, `on_exit` is a copy of its own: it
  // may hold handles to queues, and a handle is used by one thread at a time.
  static void live(const std::shared_ptr<Shared>& shared,
                   const std::shared_ptr<Worker<Sync>>& worker, const OnExit& on_exit) {
    Worker<Sync>::current() = worker.get();
    this_worker_id() = worker->id();
    LastWords last_words(*worker, on_exit);
    last_words.say(work(*shared, *worker));
  }

  // Says how the worker ended. If nobody does that before the destructor, pthread_exit or
  // pthread_cancel has unwound the stack.
  class LastWords {
   public:
    LastWords(Worker<Sync>& worker, const OnExit& on_exit) : worker_(worker), on_exit_(on_exit) {}
    LastWords(const LastWords&) = delete;
    ~LastWords() {
      if (said_) return;
      say({.worker = worker_.id(), .how = Exit::How::cancelled, .task = worker_.in_flight().task});
    }

    void say(const Exit& exit) {
      said_ = true;
      insist([&] { worker_.flush(); });
      if (!worker_.leave()) return;  // it was ended: nobody waits for it, nothing is reported
      insist([&] {
        if (on_exit_) {
          on_exit_(exit);
        } else {
          report_unhandled(exit);
        }
      });
    }

   private:
    // Last words must not be lost for lack of memory: tries again until there is some, or nobody
    // listens any more.
    template <class Action>
    void insist(Action action) {
      constexpr int kMostYields = 1 << 16;  // each attempt may use memory, so not too often
      for (int yields = 1;; yields = std::min(2 * yields, kMostYields)) {
        try {
          return action();
        } catch (const std::bad_alloc&) {
          if (worker_.gives_up()) return;
          for (int i = 0; i < yields; ++i) Sync::yield();
        }
      }
    }

    Worker<Sync>& worker_;
    const OnExit& on_exit_;
    bool said_ = false;
  };

  // Runs the body, and returns how it ended.
  static Exit work(Shared& shared, Worker<Sync>& worker) {
    if (shared.on_escape == OnEscape::terminate) {
      [&]() noexcept { run_until_ended(shared, worker); }();
    } else {
      try {
        run_until_ended(shared, worker);
      } catch (...) {
        const std::optional<TaskId> task = worker.in_flight().task;
        return {.worker = worker.id(),
                .how = Exit::How::exception,
                .task = task,
                .failure = current_failure_if_possible(task)};
      }
    }
    return {.worker = worker.id(), .how = Exit::How::returned, .task = worker.in_flight().task};
  }

  static void run_until_ended(Shared& shared, Worker<Sync>& worker) {
    try {
      auto body = shared.body;  // each worker has its own handles to the queues
      body(worker.token());
    } catch (const Ended&) {  // thrown by a queue, so that an abandoned worker leaves
    }
  }

  std::shared_ptr<Shared> shared_;
  std::vector<Member> members_;
  WorkerId next_id_ = 0;
  std::size_t abandoned_ = 0;
  Duration grace_;
  int exceptions_ = std::uncaught_exceptions();
};

}  // namespace threads

/// The thread runtime over any Sync. See Runtime.
template <class Sync>
class BasicThreads {
 public:
  template <class T>
  using Queue = threads::Queue<T, Sync>;
  using Crew = threads::Crew<Sync>;

  struct Options {
    OnEscape on_escape = OnEscape::end_worker;
    /// If an exception of the caller destroys a crew, how long it waits for workers that were asked
    /// to stop, before it abandons them.
    Duration grace = std::chrono::seconds(1);
  };

  BasicThreads() = default;
  explicit BasicThreads(Options options) : options_(options) {}

  /// Starts `n` workers that run `body`. If one cannot be started and there is no `on_exit`, throws
  /// std::system_error, after the workers that were already started have left.
  template <class Body>
  Crew launch(int n, Body body, OnExit on_exit = {}) {
    Crew crew([body = std::move(body)](std::stop_token token) mutable { run_body(body, token); },
              std::move(on_exit), options_.on_escape, options_.grace);
    for (int i = 0; i < n; ++i) crew.add_worker();
    return crew;
  }

  TimePoint now() const { return Sync::clock::now(); }

 private:
  Options options_;
};

/// Workers that are threads of this process.
using Threads = BasicThreads<StdSync>;

static_assert(Runtime<Threads>);

}  // namespace workbench
