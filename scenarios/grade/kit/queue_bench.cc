// A student's queue in the place of ours, and the primitives that it is written with.
#include <functional>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/simulated/sync.h"
#include "scenarios/grade/kit/bench.h"

namespace exercise {

// Which primitives there are depends on the runtime, and that is known when a queue is made.
namespace {

bool& simulated() {
  static bool is = false;
  return is;
}

}  // namespace

struct Mutex::Body {
  std::variant<std::monostate, std::mutex, workbench::simulated::Mutex> real;
  Body() {
    if (simulated()) {
      real.emplace<workbench::simulated::Mutex>();
    } else {
      real.emplace<std::mutex>();
    }
  }
  template <class Call>
  void with(const Call& call) {
    if (auto* mutex = std::get_if<workbench::simulated::Mutex>(&real)) return call(*mutex);
    call(std::get<std::mutex>(real));
  }
};

Mutex::Mutex() : body_(std::make_unique<Body>()) {}
Mutex::~Mutex() = default;
void Mutex::lock() {
  body_->with([](auto& mutex) { mutex.lock(); });
}
void Mutex::unlock() {
  body_->with([](auto& mutex) { mutex.unlock(); });
}

struct ConditionVariable::Body {
  std::variant<std::monostate, std::condition_variable, workbench::simulated::ConditionVariable>
      real;
  Body() {
    if (simulated()) {
      real.emplace<workbench::simulated::ConditionVariable>();
    } else {
      real.emplace<std::condition_variable>();
    }
  }
  template <class Real, class M>
  void wait_on(Real& changed, M& mutex) {
    std::unique_lock<M> lock(mutex, std::adopt_lock);
    // Whatever comes of the wait, the mutex stays as it is: it is the lock of the student.
    struct Release {
      std::unique_lock<M>& lock;
      ~Release() { lock.release(); }
    } const release{lock};
    changed.wait(lock);  // untimed: whether somebody notifies is what the exercise asks
  }
};

ConditionVariable::ConditionVariable() : body_(std::make_unique<Body>()) {}
ConditionVariable::~ConditionVariable() = default;

void ConditionVariable::wait(std::unique_lock<Mutex>& lock) {
  Mutex::Body& mutex = *lock.mutex()->body_;
  if (auto* changed = std::get_if<workbench::simulated::ConditionVariable>(&body_->real)) {
    return body_->wait_on(*changed, std::get<workbench::simulated::Mutex>(mutex.real));
  }
  body_->wait_on(std::get<std::condition_variable>(body_->real), std::get<std::mutex>(mutex.real));
}
void ConditionVariable::notify_one() {
  if (auto* changed = std::get_if<workbench::simulated::ConditionVariable>(&body_->real)) {
    return changed->notify_one();
  }
  std::get<std::condition_variable>(body_->real).notify_one();
}
void ConditionVariable::notify_all() {
  if (auto* changed = std::get_if<workbench::simulated::ConditionVariable>(&body_->real)) {
    return changed->notify_all();
  }
  std::get<std::condition_variable>(body_->real).notify_all();
}

}  // namespace exercise

namespace workbench::scenarios {
namespace {

// The student's queue, with the verbs that the pool does not use left out.
class QueueOfStudent {
 public:
  template <class Runtime>
  QueueOfStudent(Runtime& runtime, std::string /*name*/, QueueOptions /*options*/ = {})
      : queue_(runtime.make_queue()()) {}
  void push(MaybeTask item) { queue_->push(item); }
  MaybeTask pop() { return queue_->pop(); }
  // A student's queue need not know its size. A pop of it is always shown as one that may wait.
  std::size_t size() const { return 0; }

 private:
  std::shared_ptr<exercise::TaskQueue> queue_;
};

// A runtime whose queue of tasks is the student's.
template <class Inner>
class WithQueue : public RuntimeDecorator<Inner> {
 public:
  template <class T>
  using Queue = std::conditional_t<std::is_same_v<T, MaybeTask>, QueueOfStudent,
                                   typename Inner::template Queue<T>>;
  using Crew = typename Inner::Crew;

  explicit WithQueue(StudentQueue make_queue) : make_queue_(std::move(make_queue)) {}
  const StudentQueue& make_queue() const { return make_queue_; }

 private:
  StudentQueue make_queue_;
};

// The pool around the queue. Unlike the poison-pill pool it starts its workers first, so that they
// wait for tasks: otherwise nobody would have to be woken.
template <class Runtime, class Action>
RunResult run_around(Runtime runtime, const Action& action, std::size_t tasks, int workers) {
  typename Runtime::template Queue<MaybeTask> input_queue(runtime, "input_queue");
  typename Runtime::template Queue<Sum> result_queue(runtime, "result_queue");
  auto crew = runtime.launch(workers, [=]() mutable {
    while (const MaybeTask task = input_queue.pop()) result_queue.push(action(*task));
  });
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);
  RunResult result;
  while (result.tasks.size() < tasks) {
    const Sum sum = result_queue.pop();
    result.tasks.push_back({task_of(sum.value), OutcomeKind::ok, sum.value});
  }
  crew.join();
  return result;
}

}  // namespace

RunResult run_queue(const StudentQueue& queue, const TestBed& bed) {
  const auto run = [&](const auto& runtime, const auto& action) {
    return run_around(runtime, action, bed.scenario().tasks, bed.scenario().workers);
  };
  exercise::simulated() = bed.runtime() == RuntimeKind::simulated;
  if (exercise::simulated()) return bed.on(WithQueue<Simulated>(queue), run);
  return bed.on(WithQueue<Threads>(queue), run);
}

}  // namespace workbench::scenarios
