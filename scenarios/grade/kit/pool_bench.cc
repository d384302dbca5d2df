// The kit of the exercises over each of our runtimes. It is compiled here once, so that a student's
// file, which knows nothing of our templates, is compiled in a second.
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <string>
#include <utility>

#include "scenarios/grade/kit/bench.h"

namespace exercise {

inline workbench::trace::Label label_of(const TaskReply& reply) {
  if (reply.value) {
    return {.task = reply.task, .text = std::to_string(*reply.value), .result = true};
  }
  return {.task = reply.task, .text = reply.error.empty() ? "announces" : reply.error};
}
inline workbench::trace::Label label_of(const TaskError& error) {
  return {.task = error.task, .text = error.what};
}

}  // namespace exercise

namespace workbench::scenarios {
namespace {

using exercise::CallSite;
using exercise::CrewBody;
using exercise::QueueBody;
using exercise::WorkerExit;

// The wait board is read by another process, in which the student's library is not loaded, and with
// it the name of its file. So the name is one of ours.
Where where(CallSite place) { return Where::here("pool.cc", place.line); }

template <class Inner, class T>
class QueueOver final : public QueueBody<T> {
 public:
  explicit QueueOver(Inner inner) : inner_(std::move(inner)) {}
  void push(T item, CallSite place) override { inner_.push(std::move(item), where(place)); }
  void push_now(T item) override { inner_.push_now(std::move(item)); }
  T pop(CallSite place) override { return inner_.pop(where(place)); }
  std::optional<T> pop_for(std::chrono::nanoseconds timeout, CallSite place) override {
    return inner_.pop_for(timeout, where(place));
  }
  std::optional<T> try_pop() override { return inner_.try_pop(); }
  std::vector<T> drain() override { return inner_.drain(); }
  std::size_t size() const override { return inner_.size(); }
  std::unique_ptr<QueueBody<T>> copy() const override { return std::make_unique<QueueOver>(*this); }

 private:
  Inner inner_;
};

template <class Inner>
class CrewOver final : public CrewBody {
 public:
  explicit CrewOver(Inner inner) : inner_(std::move(inner)) {}
  void join(CallSite place) override { inner_.join(where(place)); }
  void add_worker() override { inner_.add_worker(); }

 private:
  Inner inner_;
};

template <class Runtime, class Action>
class BenchOver final : public exercise::Bench {
 public:
  BenchOver(Runtime runtime, Action action, std::size_t capacity)
      : runtime_(std::move(runtime)), action_(std::move(action)), capacity_(capacity) {}

  std::int64_t act(TaskId task) const override { return action_(task).value; }
  std::size_t capacity() const override { return capacity_; }

 private:
  template <class T>
  using Made = std::unique_ptr<QueueBody<T>>;

  void make(const std::string& name, std::size_t capacity, Made<MaybeTask>& made) override {
    make_any(name, capacity, made);
  }
  void make(const std::string& name, std::size_t capacity, Made<TaskId>& made) override {
    make_any(name, capacity, made);
  }
  void make(const std::string& name, std::size_t capacity,
            Made<exercise::TaskReply>& made) override {
    make_any(name, capacity, made);
  }
  void make(const std::string& name, std::size_t capacity,
            Made<exercise::TaskError>& made) override {
    make_any(name, capacity, made);
  }
  void make(const std::string& name, std::size_t capacity, Made<exercise::Token>& made) override {
    make_any(name, capacity, made);
  }

  template <class T>
  void make_any(const std::string& name, std::size_t capacity, Made<T>& made) {
    using Inner = typename Runtime::template Queue<T>;
    made = std::make_unique<QueueOver<Inner, T>>(
        Inner(runtime_, name, QueueOptions{.capacity = capacity}));
  }

  std::unique_ptr<CrewBody> start(int workers, std::function<void()> body,
                                  std::function<void(WorkerExit)> on_exit) override {
    OnExit told;
    if (on_exit) {
      told = [on_exit = std::move(on_exit)](const Exit& exit) {
        on_exit({.worker = exit.worker,
                 .returned = exit.how == Exit::How::returned,
                 .task = exit.task,
                 .how = exit.describe()});
      };
    }
    using Started = typename Runtime::Crew;
    return std::make_unique<CrewOver<Started>>(
        runtime_.launch(workers, std::move(body), std::move(told)));
  }

  Runtime runtime_;
  Action action_;
  std::size_t capacity_;
};

RunResult result_of(const std::vector<exercise::TaskReply>& replies) {
  RunResult result;
  for (const exercise::TaskReply& reply : replies) {
    const bool ok = reply.value.has_value();
    if (!ok && reply.error.empty()) continue;  // it says nothing: the task is missing
    result.tasks.push_back({reply.task, ok ? OutcomeKind::ok : OutcomeKind::failed, reply.value});
    if (!ok) result.failures.push_back({.task = reply.task, .what = reply.error});
  }
  return result;
}

}  // namespace

RunResult run_pool(const StudentPool& pool, const TestBed& bed) {
  return bed.on_runtime([&](auto runtime, auto action) {
    BenchOver bench(runtime, action, bed.scenario().queue_capacity);
    return result_of(pool(bench, bed.scenario().tasks, bed.scenario().workers));
  });
}

}  // namespace workbench::scenarios
