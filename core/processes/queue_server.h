/// @file
/// The parent's side of the process runtime: it owns the queues, and serves the workers.
///
///                      ┌─────────────── parent ───────────────┐
///     worker 0 ═══════▶│                                      │
///     worker 1 ═══════▶│  QueueServer: the queues, which task │
///        …             │  each worker is on, who waits for    │
///     worker n ═══════▶│  what                                │
///                      └──────────────────────────────────────┘
///
/// A verb of a queue that is called in a worker is a request to the parent. A verb that is called
/// in the parent works on the queue itself, and serves all workers while it waits.
///
/// Workers share nothing with each other, except hints of how long each queue is: no lock, no
/// condition variable, no descriptor. So a worker can be killed at any instant without harm to the
/// others. And because the parent gives out every task, it knows which one is lost with a dead
/// worker.
///
/// Invariants:
/// 1. The messages of a worker are handled in the order in which it sent them. When a worker has
///    ended, all its complete messages are handled before the parent decides what is lost.
/// 2. When a worker has ended, the items that were sent to it and that it did not read go back to
///    the front of their queue. So do the tasks of its batch that it has not begun.
/// 3. A worker has tasks of one queue at a time. If it asks for tasks of another, those that it has
///    not begun go back first.
/// 4. What a worker writes into shared memory is believed only as far as it makes sense. If it does
///    not, the worker is *rejected*: treated as if it had died before it wrote that, and killed.
/// 5. The parent waits in one place, `wait_until`: for bells, for ends of workers, for a deadline.
///
/// Thread safety: none; one thread of the parent uses it. In a forked worker only `worker_end`,
/// `shared_size` and `announce` may be used.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/posix/fork.h"
#include "core/posix/shared_memory.h"
#include "core/posix/unique_fd.h"
#include "core/processes/channel.h"
#include "core/processes/given_batch.h"
#include "core/runtime.h"

namespace workbench::processes {

/// A queue as the server sees it: its items come and go as bytes, the payload of a message.
class ParentQueue {
 public:
  struct Taken {
    std::string payload;
    std::uint64_t count = 0;          ///< of items
    std::optional<MaybeTask> task{};  ///< what was taken, if this is a queue of tasks
  };

  virtual ~ParentQueue() = default;
  virtual void put(std::string_view payload, std::uint64_t count) = 0;
  virtual void put_back(std::string_view payload, std::uint64_t count) = 0;
  virtual Taken take(std::uint64_t max) = 0;
  virtual bool holds_tasks() const = 0;
  /// Takes several tasks for one worker from the front. Empty if the queue is not shared in
  /// batches, is empty, or has a pill at its front.
  virtual std::vector<TaskId> take_batch() = 0;
  virtual void put_back_tasks(const std::vector<TaskId>& tasks) = 0;
  virtual std::size_t size() const = 0;
  virtual bool has_room() const = 0;
};

class QueueServer {
 public:
  /// How many queues may exist at a time: far more than a pool has.
  static constexpr std::uint32_t kQueues = 64;

  /// `grace`: how long a worker that is ended has between SIGTERM and SIGKILL. `stop_signal`: what
  /// asks a worker to finish early; it is ignored unless the action handles it.
  explicit QueueServer(Duration grace, int stop_signal = SIGUSR1)
      : grace_(grace), stop_signal_(stop_signal) {}
  QueueServer(const QueueServer&) = delete;
  ~QueueServer();

  // ---- queues ----

  /// Makes a queue known. Throws std::length_error past kQueues.
  std::uint32_t add(ParentQueue& queue);
  void remove(std::uint32_t queue);

  /// The queue's size, as every worker sees it. It is only a hint: it may be out of date, and what
  /// a worker has announced may come later, or never, if the worker is killed in between. With its
  /// next answer the parent corrects it.
  std::size_t shared_size(std::uint32_t queue) const { return sizes_->at(queue); }

  /// A worker calls this before it sends `count` items: they are counted as if they were there. So
  /// the other workers see at once that some are coming, even before the parent has handled them.
  void announce(std::uint32_t queue, std::size_t count) { sizes_->at(queue) += count; }

  /// Takes back the tasks of `queue` that no worker has begun. For the parent.
  void take_back_all(std::uint32_t queue);

  /// Called when items of `queue` were added or removed. Serves the workers that wait for that.
  void changed(std::uint32_t queue);

  // ---- workers ----

  /// Forks a worker that runs `body`; in the worker, `start` does not return. `on_exit` is called
  /// when the worker has ended, unless it was ended by `end`. `handlers`: the signals for which
  /// this process has handlers, and the worker has none. Throws std::system_error.
  void start(WorkerId id, const std::function<void()>& body, const std::shared_ptr<OnExit>& on_exit,
             const posix::SignalHandlers& handlers);

  /// In a worker: its end of the line to the parent. In the parent: null.
  WorkerEnd* worker_end() const {
    if (worker_end_) worker_end_->leave_if_stray();
    return worker_end_.get();
  }

  /// What each worker that is still at work is on.
  std::vector<InFlight> in_flight();
  /// See CrewType.
  void request_stop();
  /// See CrewType.
  bool end(const InFlight& in_flight);
  bool has_workers() const { return !members_.empty(); }
  void kill_all();

  // ---- serving ----

  /// Serves the workers until `done()`, at most until `deadline`. Returns `done()`.
  template <class Done>
  bool wait_until(Done done, TimePoint deadline = TimePoint::max()) {
    for (bool slept = false;; slept = true) {
      serve();
      if (done()) return true;
      // Even a caller that does not want to wait must notice which workers have ended.
      if (slept && deadline != TimePoint::max() && Clock::now() >= deadline) return false;
      sleep_until(deadline);
    }
  }

  /// Handles what the workers have sent, without waiting.
  void serve();

 private:
  /// The last items that were sent to a worker. If it ends before it has read them, they go back.
  struct Unacknowledged {
    std::uint32_t queue = 0;
    std::uint64_t count = 0;
    std::string payload{};
    std::uint64_t end = 0;  // where in the stream to the worker they end
    InFlight before{};      // what the worker was on when they were sent
  };

  struct Member {
    Member(WorkerId id, std::shared_ptr<OnExit> on_exit_of_crew)
        : channel(Line()),
          on_exit(std::move(on_exit_of_crew)),
          before{.worker = id, .since = Clock::now()} {}

    /// What the worker is on. A single task is noted here, in `before`, when the parent sends it.
    /// Which task of its batch a worker has begun is noted in the batch itself, in shared memory.
    InFlight in_flight() const { return batch.in_flight(channel.worker_batch(), before); }
    std::size_t not_begun() const { return batch.not_begun(channel.worker_batch()); }
    std::vector<TaskId> steal(std::size_t count) {
      return batch.steal(channel.worker_batch(), count);
    }

    ParentEnd channel;
    std::shared_ptr<OnExit> on_exit;
    posix::UniqueFd pidfd{};
    pid_t pid = 0;             // also of its process group: what its action starts belongs to it
    InFlight before;           // what it was on before its batch
    GivenBatch batch{};        // what it was given to begin by itself
    InFlight first_seen{};     // what it was on when the parent last saw it on something new
    TimePoint kept_waiting{};  // until when the parent, and not the action, kept it waiting
    std::optional<Unacknowledged> unacknowledged{};
    std::optional<Exit> farewell{};        // what it said itself about its end
    bool served = true;                    // false: ended or dead; it gets no more items
    bool rejected = false;                 // what it wrote makes no sense; it is ignored
    bool dead = false;                     // its pidfd says so
    TimePoint kill_at = TimePoint::max();  // when it gets SIGKILL if it has not ended by then
  };

  struct WaitingConsumer {  // a worker that waits for an item
    Member* member;
    std::uint32_t queue;
    std::uint64_t max;
    TimePoint deadline;
  };

  struct WaitingProducer {  // a worker that waits for room
    Member* member;
    std::uint32_t queue;
    std::string payload;
  };

  // queue_server.cc: requests
  void serve(Member& member);
  void handle(Member& member, Message message);
  static void reject(Member& member);
  static void reject(Member& member, const char* why);
  void handle_take(Member& member, const Header& header);
  void handle_put(Member& member, Message message);
  void handle_farewell(Member& member, const Message& message);
  bool put(Member& member, std::uint32_t queue, std::string_view payload, std::uint64_t count);
  bool answer(Member& member, std::uint32_t queue, std::uint64_t max);
  bool answer_with_batch(Member& member, std::uint32_t queue);
  void answer_with_items(Member& member, std::uint32_t queue, std::uint64_t max);
  void answer_with_nothing(Member& member, std::uint32_t queue);
  std::vector<TaskId> next_batch(std::uint32_t queue);
  void finish_batch(Member& member);
  void take_back_batch(Member& member);
  void publish_size(std::uint32_t queue);
  void sleep_until(TimePoint deadline);
  void serve_timers();

  // worker_processes.cc: the lives of the workers
  [[noreturn]] void become_worker(Member& self, const std::function<void()>& body);
  std::string run_worker(const std::function<void()>& body);
  void reap_dead();
  Exit exit_of(Member& member, bool ended);
  void signal_all_of(const Member& member, int signal);
  void forget_waits(const Member& member);

  using Sizes = std::array<std::atomic<std::uint64_t>, kQueues>;

  const Duration grace_;
  const int stop_signal_;
  posix::UniqueFd parent_{};  // this process, for the workers to see its end
  const pid_t owner_ = getpid();
  posix::Shared<Sizes> sizes_ = posix::make_shared_memory<Sizes>();
  std::array<ParentQueue*, kQueues> queues_{};
  std::list<Member> members_;             // a list: consumers_ and producers_ point to members
  std::list<WaitingConsumer> consumers_;  // in order of arrival
  std::list<WaitingProducer> producers_;  // in order of arrival
  std::unique_ptr<WorkerEnd> worker_end_;
};

}  // namespace workbench::processes
