/// @file
/// One worker of the thread runtime: its number, its stop token, the batch of tasks that it took,
/// and the buffer with results that are not flushed yet.
///
/// A thread cannot be killed. When its time is up it is *ended*: it is asked to stop through its
/// token, and the next time it asks a queue for a task it gets none. To end a worker and to give it
/// a task exclude each other: both go through the one word of its batch, or through `mutex_`.
/// Otherwise a worker could be ended and get a task at the same moment, and nobody would finish
/// that task.
///
/// Thread safety: `observe`, `end`, `end_now`, `request_stop`, `wait_until_left`, `not_begun`,
/// `steal`, `in_flight` and `id` are for every thread, the others only for the worker's own thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "core/batching/batch_size.h"
#include "core/batching/task_batch.h"
#include "core/runtime.h"
#include "core/sync.h"

namespace workbench::threads {

/// Thrown by a queue into an ended worker that asks for a task; caught where its thread began.
struct Ended {};

/// Results that a worker has pushed, and that their queue does not have yet (result_buffer.h).
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  virtual ~Buffer() = default;
  virtual void flush() = 0;
};

template <class Sync>
class Worker;

/// The queue that a batch came from, or in which a worker waits.
template <class Sync>
class TaskSource : public std::enable_shared_from_this<TaskSource<Sync>> {
 public:
  TaskSource() = default;
  TaskSource(const TaskSource&) = delete;
  virtual ~TaskSource() = default;
  /// Takes back the tasks of the worker's batch that are not begun.
  virtual void take_back(Worker<Sync>& worker) = 0;
  /// Wakes all that wait here, so that an ended worker notices that it was ended.
  virtual void wake_all() = 0;
};

template <class Sync>
class Worker : public std::enable_shared_from_this<Worker<Sync>> {
 public:
  explicit Worker(WorkerId id) : id_(id), before_{.worker = id, .since = Sync::clock::now()} {}

  /// The worker that runs on this thread; null in the caller.
  static Worker*& current() {
    static thread_local Worker* worker = nullptr;
    return worker;
  }

  WorkerId id() const { return id_; }

  // ---- tasks ----

  /// Notes that the worker takes a single task, or a pill. A queue calls this just before it gives
  /// the worker that item. False: this worker was ended, and may take nothing.
  bool take(MaybeTask task) {
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) return false;
    finish_batch();
    before_ = {.worker = id_, .task = task, .since = Sync::coarse_now(), .pops = before_.pops + 1};
    return true;
  }

  /// Takes a batch, and begins its first task. Empty: this worker was ended, and other workers may
  /// steal the tasks. Requires: `tasks` is not empty, and no task of the old batch is left.
  MaybeTask fill(const std::vector<TaskId>& tasks, TaskSource<Sync>& source) {
    const std::lock_guard lock(mutex_);
    finish_batch();
    batch_.fill(tasks);
    source_ = &source;
    if (state_ == State::ended) return {};
    more_ = tasks.size() - 1;
    return batch_.begin_next();
  }

  /// Begins the next task of its batch; empty if there is none. Throws Ended if it was ended.
  MaybeTask next() {
    if (const MaybeTask task = batch_.begin_next()) {
      --more_;
      return task;
    }
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) throw Ended{};
    more_ = 0;  // the rest was stolen
    return {};
  }

  /// May its batch have more tasks than the one that it is on? They may have been stolen.
  bool more() const { return more_ > 0; }
  bool has_batch_of(const TaskSource<Sync>* source) const { return source_ == source; }

  /// Gives the tasks of its batch that it has not begun back to their queue. Called when the worker
  /// wants tasks of another queue.
  void return_batch() {
    source_->take_back(*this);
    more_ = 0;
  }

  /// When it began the task that it is on, exact to a tick. Requires: that task is of its batch.
  TimePoint began() const { return batch_.began(); }

  /// How many tasks of `source` are in its batch and not begun. A batch of another queue does not
  /// count: the worker may have gone on to that queue since it was last asked.
  std::size_t not_begun(const TaskSource<Sync>& source) const {
    const std::lock_guard lock(mutex_);
    return source_ == &source ? batch_.not_begun() : 0;
  }

  /// Takes the last `count` of those tasks away from it, or all if there are fewer.
  std::vector<TaskId> steal(std::size_t count, const TaskSource<Sync>& source) {
    const std::lock_guard lock(mutex_);
    if (source_ != &source) return {};
    return batch_.steal(count);
  }

  // ---- results ----

  /// From now on this worker pushes into `buffer`. It is flushed before the worker pushes anything
  /// past it.
  void use_buffer(const std::shared_ptr<Buffer>& buffer) {
    flush();
    const std::lock_guard lock(mutex_);
    buffer_ = buffer;
    in_use_ = buffer.get();
  }
  bool uses(const Buffer* buffer) const { return in_use_ == buffer; }

  /// Flushes the buffer that the worker uses, if there is one. Afterwards it uses none.
  void flush() {
    if (in_use_ == nullptr) return;
    in_use_->flush();  // if there is no memory for that, the results stay where they are
    in_use_ = nullptr;
  }

  // ---- its life ----

  /// The worker is about to wait in `queue`, whose mutex is locked. The wait must end, by Ended, as
  /// soon as the worker `gives_up`.
  void wait_in(TaskSource<Sync>& queue) { set_waits_in(queue.weak_from_this()); }
  void wait_is_over() { set_waits_in({}); }
  bool gives_up() const { return gives_up_; }

  /// The worker waits for room for a result, or does so no longer. That time does not count against
  /// its task: its action has returned, and the caller keeps it waiting.
  void wait_for_room(bool waits) {
    const std::lock_guard lock(mutex_);
    waits_for_room_ = waits;
    had_room_since_ = Sync::coarse_now();
  }

  /// What this worker is on.
  InFlight in_flight() const {
    const std::lock_guard lock(mutex_);
    return batch_.in_flight(before_);
  }

  /// The same, for a caller that decides whether this worker is overdue. That caller must know all
  /// results so far, so the buffer is flushed. Empty if the worker is no longer at work.
  std::optional<InFlight> observe() {
    std::unique_lock lock(mutex_);
    if (state_ != State::at_work) return std::nullopt;
    InFlight in_flight = batch_.in_flight(before_);
    in_flight.since =
        std::max(in_flight.since, waits_for_room_ ? Sync::clock::now() : had_room_since_);
    const auto buffer = buffer_;
    // Do not flush under mutex_: a flush locks a queue, and a locked queue locks mutex_ in `take`.
    lock.unlock();
    if (buffer) buffer->flush();
    return in_flight;
  }

  /// Ends this worker if it is still at work, and still on the task of its `pops`-th pop.
  bool end(std::size_t pops) {
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::at_work || !batch_.close(pops - before_.pops)) return false;
      state_ = State::ended;
    }
    request_stop();
    return true;
  }

  /// Ends this worker, whatever it is on. It gets no more tasks, and waits for nothing more.
  void end_now() {
    gives_up_ = true;
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::at_work) return;
      batch_.close();
      state_ = State::ended;
    }
    request_stop();
    // It said where it waits before it looked whether it gives up (wait_in): so either we find the
    // queue here, or it does not wait.
    if (const auto queue = waits_in()) queue->wake_all();
  }

  /// Asks the action to finish early, through its stop_token.
  void request_stop() { stop_.request_stop(); }

  /// Called when the worker has nothing more to do. False: it was ended, and nothing more is
  /// expected of it.
  bool leave() {
    const std::lock_guard lock(mutex_);
    const bool ended = state_ == State::ended;
    state_ = State::left;
    if (ended) left_.notify_all();
    return !ended;
  }

  /// Waits for an ended worker. False: the deadline has passed, and it has not left.
  bool wait_until_left(TimePoint deadline) {
    std::unique_lock lock(mutex_, std::defer_lock);
    return lock_when<Sync>(lock, left_, deadline, [this] { return state_ != State::ended; });
  }

  std::stop_token token() const { return stop_.get_token(); }

 private:
  // Keeps the last task that it began in `before_`, and empties the batch. Requires: mutex_ locked.
  void finish_batch() {
    before_ = batch_.in_flight(before_);
    batch_.fill({});
  }

  std::shared_ptr<TaskSource<Sync>> waits_in() const {
    const std::lock_guard lock(waits_in_mutex_);
    return waits_in_.lock();
  }
  void set_waits_in(std::weak_ptr<TaskSource<Sync>> queue) {
    const std::lock_guard lock(waits_in_mutex_);
    waits_in_ = std::move(queue);
  }

  enum class State { at_work, left, ended };

  const WorkerId id_;
  mutable typename Sync::mutex mutex_;
  TaskBatch<Sync> batch_;               // filled, read and stolen from under mutex_
  InFlight before_;                     // guarded by mutex_; what it was on before this batch
  State state_ = State::at_work;        // guarded by mutex_
  std::shared_ptr<Buffer> buffer_;      // guarded by mutex_; the one that it used last
  Buffer* in_use_ = nullptr;            // its own thread's; what flush() flushes
  bool waits_for_room_ = false;         // guarded by mutex_
  TimePoint had_room_since_{};          // guarded by mutex_; when it last got room
  std::size_t more_ = 0;                // its own thread's; >= batch_.not_begun()
  TaskSource<Sync>* source_ = nullptr;  // of the batch; written by its own thread, under mutex_
  typename Sync::condition_variable left_;
  std::stop_source stop_;

  // Not of Sync: as long as nobody calls end_now, no schedule depends on them.
  std::atomic<bool> gives_up_ = false;  // set by end_now
  mutable std::mutex waits_in_mutex_;
  std::weak_ptr<TaskSource<Sync>> waits_in_;  // guarded by waits_in_mutex_
};

}  // namespace workbench::threads
