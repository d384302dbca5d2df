// What a caller does with a pool that gives a future for each task, in each of the ways in which
// the scenarios use a pool (docs/pages/subject_protocol.md).
#pragma once
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "workbench_subject.h"

// A result. It is struck when it is moved for the first time: on its way from its worker.
class Sum {
 public:
  Sum(long value, std::size_t task) : value_(value), task_(task) {}
  Sum(Sum&& other) : value_(other.value_), task_(other.task_), has_moved_(true) {
    if (!other.has_moved_) workbench_subject::suffer("while-pushing", task_);
  }

  long value() const { return value_; }

 private:
  long value_;
  std::size_t task_;
  bool has_moved_ = false;
};

// `Pool` is made with the number of its workers, has `std::future<Sum> submit(action)`, and is
// destroyed like any other object.
template <class Pool>
class Caller {
 public:
  void run() {
    namespace subject = workbench_subject;
    pool_ = std::make_unique<Pool>(subject::workers());
    if (is_used("two-callers")) {
      std::thread other([&] { hand_over_and_collect(1, 2); });
      hand_over_and_collect(0, 2);
      other.join();
    } else {
      hand_over_and_collect(0, 1);
    }
    if (!is_used("static-pool")) pool_.reset();
    subject::returned();
  }

 private:
  static bool is_used(const char* usage) { return workbench_subject::get("USAGE") == usage; }

  // Every task from `first` on, in these steps.
  void hand_over_and_collect(std::size_t first, std::size_t step) {
    namespace subject = workbench_subject;
    std::vector<std::pair<std::size_t, std::future<Sum>>> futures;
    for (std::size_t task = first; task < subject::tasks(); task += step) {
      futures.emplace_back(task, pool_->submit([this, task] { return act(task); }));
    }
    if (is_used("nested")) handed_over_.set_value();
    if (is_used("destroyed-early")) pool_.reset();
    for (auto& [task, future] : futures) {
      try {
        subject::result(task, future.get().value());
      } catch (const std::exception& thrown) {
        subject::failed(task, thrown.what());
      } catch (...) {
        subject::failed(task, "not a std::exception");
      }
    }
  }

  Sum act(std::size_t task) {
    namespace subject = workbench_subject;
    if (is_used("nested") && task < static_cast<std::size_t>(subject::workers())) {
      all_handed_over_.wait();
      pool_->submit([task] { return Sum(0, task); }).get();  // a task of its own pool
    }
    return Sum(subject::action(task), task);
  }

  std::unique_ptr<Pool> pool_;
  std::promise<void> handed_over_;
  std::shared_future<void> all_handed_over_ = handed_over_.get_future().share();
};

// A pool of static lifetime is destroyed with the program, also by `exit`.
template <class Pool>
void use() {
  try {
    if (workbench_subject::get("USAGE") == "static-pool") {
      static Caller<Pool> caller;
      caller.run();
    } else {
      Caller<Pool>().run();
    }
  } catch (const std::exception& thrown) {  // there is no pool
    workbench_subject::error(thrown.what());
  }
}
