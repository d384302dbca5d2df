/// @file
/// The parent's side of the process runtime: it owns the queues and serves the workers.
///
///                      ┌────────── parent ──────────┐
///     worker 0 ═══════▶│                            │
///     worker 1 ═══════▶│  Hub: queues, who holds    │     a verb called in the parent works on the
///        …             │  what, who waits for what  │     queue and serves everybody meanwhile; a
///     worker n ═══════▶│                            │     verb called in a worker is a request
///                      └────────────────────────────┘
///
/// Workers share nothing with each other but hints of how long a queue is: no lock, no condition
/// variable, no descriptor. So a worker that is killed at any instant takes nobody with it, and
/// because every task went through the parent's hands, the parent knows which one is lost.
///
/// Invariants:
/// 1. A worker's messages are handled in the order in which it sent them, up to its last whole one,
///    before its end is judged.
/// 2. Items that a worker had asked for but not received when it ended are put back, and so are the
///    tasks in its hand that it had not begun.
/// 3. The parent waits in one place, `wait_until`: for bells, for ends of workers, for a deadline.
///
/// Thread safety: none; one thread of the parent uses it. In a forked worker only `worker_end`,
/// `shared_size` and `announce` may be used.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/processes/channel.h"
#include "core/posix/shared_memory.h"
#include "core/posix/unique_fd.h"
#include "core/runtime.h"

namespace workbench::processes {

/// A queue as the hub sees it: items come and go as bytes.
class ParentQueue {
 public:
  struct Taken {
    std::string items;
    std::uint64_t count = 0;
    std::optional<MaybeTask> task{};  ///< what was taken, if this is a queue of tasks
  };

  virtual ~ParentQueue() = default;
  virtual void put(std::string_view items, std::uint64_t count) = 0;
  virtual void put_back(std::string_view items, std::uint64_t count) = 0;
  virtual Taken take(std::uint64_t max) = 0;
  /// How many workers share its tasks in batches; 0: none do, or it is no queue of tasks.
  virtual std::size_t workers() const = 0;
  /// Tasks from the front, for one of them; none if there are none, or a pill comes first.
  virtual std::vector<TaskId> take_batch() = 0;
  virtual void return_batch(const std::vector<TaskId>& tasks) = 0;
  virtual std::size_t size() const = 0;
  virtual bool has_room() const = 0;
};

class Hub {
 public:
  /// How many queues may exist at a time. Far more than a pool has.
  static constexpr std::uint32_t kQueues = 64;

  explicit Hub(Duration grace) : grace_(grace) {}
  Hub(const Hub&) = delete;
  ~Hub();

  /// Makes a queue known. Throws std::length_error past kQueues.
  std::uint32_t add(ParentQueue& queue);
  void remove(std::uint32_t queue);

  /// The queue's size, as every worker sees it. A hint: it may be late, and what a worker has
  /// announced may come later, or never, if it is killed in between. The next answer puts it right.
  std::size_t shared_size(std::uint32_t queue) const { return sizes_->at(queue); }

  /// In a worker, before it sends them: so many items of this queue are on their way. The others
  /// need not wait for the parent's turn to see that there are some.
  void announce(std::uint32_t queue, std::size_t count) { sizes_->at(queue) += count; }

  /// Takes back the tasks of `queue` that no worker has begun. For the parent.
  void take_back_all(std::uint32_t queue);

  /// Items of `queue` came or went: serves who waits for that.
  void changed(std::uint32_t queue);

  /// Forks a worker that runs `body` and never returns from here. `on_exit` is called at its end,
  /// however it ends, unless it was ended by `end`. Throws std::system_error.
  void start(WorkerId id, const std::function<void()>& body,
             const std::shared_ptr<OnExit>& on_exit);

  /// In a worker: its line to the parent. In the parent: null.
  WorkerEnd* worker_end() const { return worker_end_.get(); }

  /// Serves the workers until `done()`, at most until `deadline`. Returns `done()`.
  template <class Done>
  bool wait_until(Done done, TimePoint deadline = TimePoint::max()) {
    for (;;) {
      serve();
      if (done()) return true;
      if (deadline != TimePoint::max() && Clock::now() >= deadline) return false;
      sleep_until(deadline);
    }
  }

  /// Handles what the workers have sent, without waiting.
  void serve();

  std::vector<Hold> holds() const;
  /// See CrewType.
  bool end(const Hold& hold);
  bool has_workers() const { return !members_.empty(); }
  void kill_all();

 private:
  struct Offer {  // the last items sent to a worker
    std::uint32_t queue = 0;
    std::uint64_t count = 0;
    std::string items{};
    std::uint64_t end = 0;  // where in the stream to the worker they end
    Hold before{};          // what it held when they were sent
  };

  struct Member {
    Member(WorkerId id, Line line, std::shared_ptr<OnExit> told)
        : channel(std::move(line)),
          on_exit(std::move(told)),
          hold{.worker = id, .since = Clock::now()} {}

    /// What it holds, with what it has begun of the batch in its hand.
    Hold now() const { return channel.hand().look(hold); }

    ParentEnd channel;
    std::shared_ptr<OnExit> on_exit;
    UniqueFd pidfd{};
    Hold hold;                     // without what it has begun of the batch in its hand
    std::uint32_t hand_queue = 0;  // where that came from
    std::optional<Offer> offer{};
    std::optional<Exit> farewell{};        // what it said itself of its end
    bool served = true;                    // false: ended or dead; it gets no more items
    bool rejected = false;                 // what it sent cannot be read; nothing more is
    bool dead = false;                     // its pidfd says so
    TimePoint kill_at = TimePoint::max();  // when the grace of one that is ended or leaves is over
  };

  struct Taker {  // a worker that waits for an item
    Member* member;
    std::uint32_t queue;
    std::uint64_t max;
    TimePoint deadline;
  };

  struct Putter {  // a worker that waits for room
    Member* member;
    std::uint32_t queue;
    std::string items;
  };

  [[noreturn]] void become_worker(Line line, WorkerId id, const std::function<void()>& body);
  void handle(Member& member, Message message);
  void handle_take(Member& member, const Header& header);
  void handle_put(Member& member, Message message);
  bool put(Member& member, std::uint32_t queue, std::string_view items, std::uint64_t count);
  void answer(Member& member, std::uint32_t queue, std::uint64_t max);
  bool answer_with_batch(Member& member, std::uint32_t queue);
  void take_back_half(std::uint32_t queue);
  void forget(const Member& member);
  void serve_timers();
  void bury_the_dead();
  Exit last_words(Member& member);
  void sleep_until(TimePoint deadline);
  void publish_size(std::uint32_t queue);

  using Sizes = std::array<std::atomic<std::uint64_t>, kQueues>;

  const Duration grace_;
  Shared<Sizes> sizes_ = make_shared_memory<Sizes>();
  std::array<ParentQueue*, kQueues> queues_{};
  std::list<Member> members_;  // a list: takers and putters point to members
  std::list<Taker> takers_;    // in order of arrival
  std::list<Putter> putters_;  // in order of arrival
  std::unique_ptr<WorkerEnd> worker_end_;
};

}  // namespace workbench::processes
