/// @file
/// What the exercises are written with: queues, workers and an action, of the runtime on which the
/// grader runs the file. The same file runs on threads, on processes, and in every schedule.
///
///     std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) {
///       auto input_queue = bench.queue<MaybeTask>("input_queue");
///       auto result_queue = bench.queue<TaskReply>("result_queue");
///       auto crew = bench.launch(workers, [&bench, input_queue, result_queue]() mutable {
///         while (const MaybeTask task = input_queue.pop()) {
///           result_queue.push({.task = *task, .value = bench.act(*task)});
///         }
///       });
///       …
///
/// A worker gets copies of the queues (`=`, or each by its name): a copy names the same queue, and
/// a worker that is a process would not see what the caller changes later.
///
/// Give the queues these names: `input_queue`, `result_queue`, `error_queue`, `stop_queue`. Then
/// the explanation of a hang can say who could fill them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/task.h"

namespace exercise {

using workbench::MaybeTask;  ///< a task or none: `if (task)`, `*task`
using workbench::pill;       ///< the absence of a task: "no more tasks, leave"
using workbench::TaskId;     ///< the tasks of a run are 0, 1, … tasks-1

/// What is known of a task: a value (`outcome: ok`), or an error (`failed`). With neither it only
/// says that there is an entry in the error queue.
struct TaskReply {
  TaskId task = 0;
  std::optional<std::int64_t> value{};
  std::string error{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, value, error);
  }
};

/// An entry of an error queue: what went wrong, and on which task, if that is known.
struct TaskError {
  std::optional<TaskId> task{};
  std::string what{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(task, what);
  }
};

/// An entry of a stop queue: whoever takes it leaves.
struct Token {
  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& /*archive*/) {}
};

/// How a worker has ended.
struct WorkerExit {
  int worker = 0;
  bool returned = true;          ///< false: an exception left its body, or it was killed
  std::optional<TaskId> task{};  ///< the last task that it took; its reply may have come already
  std::string how{};             ///< `worker 1 was killed by SIGKILL`
};

/// Where a call stands in the source. Never given by hand.
struct CallSite {
  int line = 0;
  static constexpr CallSite here(int line = __builtin_LINE()) { return {line}; }
};

/// The queue behind a Queue. Of no concern to who does the exercises.
template <class T>
class QueueBody {
 public:
  QueueBody() = default;
  virtual ~QueueBody() = default;
  virtual void push(T item, CallSite place) = 0;
  virtual void push_now(T item) = 0;
  virtual T pop(CallSite place) = 0;
  virtual std::optional<T> pop_for(std::chrono::nanoseconds timeout, CallSite place) = 0;
  virtual std::optional<T> try_pop() = 0;
  virtual std::vector<T> drain() = 0;
  virtual std::size_t size() const = 0;
  virtual std::unique_ptr<QueueBody> copy() const = 0;
};

/// A queue of MaybeTask, TaskId, TaskReply, TaskError or Token. First in, first out.
template <class T>
class Queue {
 public:
  explicit Queue(std::unique_ptr<QueueBody<T>> body) : body_(std::move(body)) {}
  Queue(const Queue& other) : body_(other.body_->copy()) {}
  Queue(Queue&&) noexcept = default;
  ~Queue() = default;

  /// Waits for room, if the queue is bounded.
  void push(T item, CallSite place = CallSite::here()) { body_->push(std::move(item), place); }
  /// Never waits, and may overfill the queue.
  void push_now(T item) { body_->push_now(std::move(item)); }
  /// Waits for an item.
  T pop(CallSite place = CallSite::here()) { return body_->pop(place); }
  /// Waits no longer than this; empty: no item has come.
  std::optional<T> pop_for(std::chrono::nanoseconds timeout, CallSite place = CallSite::here()) {
    return body_->pop_for(timeout, place);
  }
  /// Never waits.
  std::optional<T> try_pop() { return body_->try_pop(); }
  /// Takes all items that are there. Never waits.
  std::vector<T> drain() { return body_->drain(); }
  /// May be out of date when it is read.
  std::size_t size() const { return body_->size(); }

 private:
  std::unique_ptr<QueueBody<T>> body_;
};

/// The workers behind a Crew. Of no concern to who does the exercises.
class CrewBody {
 public:
  CrewBody() = default;
  virtual ~CrewBody() = default;
  virtual void join(CallSite place) = 0;
  virtual void add_worker() = 0;
};

/// Workers that were launched together.
class Crew {
 public:
  explicit Crew(std::unique_ptr<CrewBody> body) : body_(std::move(body)) {}
  /// Waits until all have ended.
  void join(CallSite place = CallSite::here()) { body_->join(place); }
  /// One more, with a new number.
  void add_worker() { body_->add_worker(); }

 private:
  std::unique_ptr<CrewBody> body_;
};

/// What a pool is built on.
class Bench {
 public:
  Bench() = default;
  virtual ~Bench() = default;

  /// A new queue. `push` waits while there are `capacity` items; 0: never.
  template <class T>
  Queue<T> queue(const std::string& name, std::size_t capacity = 0) {
    std::unique_ptr<QueueBody<T>> body;
    make(name, capacity, body);
    return Queue<T>(std::move(body));
  }

  /// Starts workers, each of which calls a copy of `body`. `on_exit` is told of each that has
  /// ended, when everything that it pushed has arrived.
  Crew launch(int workers, std::function<void()> body,
              std::function<void(WorkerExit)> on_exit = {}) {
    return Crew(start(workers, std::move(body), std::move(on_exit)));
  }

  /// The action: carries out a task. It may throw, or worse.
  virtual std::int64_t act(TaskId task) const = 0;

  /// How many items a queue may hold where the exercise speaks of a capacity.
  virtual std::size_t capacity() const = 0;

 private:
  template <class T>
  using Made = std::unique_ptr<QueueBody<T>>;
  virtual void make(const std::string& name, std::size_t capacity, Made<MaybeTask>& made) = 0;
  virtual void make(const std::string& name, std::size_t capacity, Made<TaskId>& made) = 0;
  virtual void make(const std::string& name, std::size_t capacity, Made<TaskReply>& made) = 0;
  virtual void make(const std::string& name, std::size_t capacity, Made<TaskError>& made) = 0;
  virtual void make(const std::string& name, std::size_t capacity, Made<Token>& made) = 0;
  virtual std::unique_ptr<CrewBody> start(int workers, std::function<void()> body,
                                          std::function<void(WorkerExit)> on_exit) = 0;
};

}  // namespace exercise
