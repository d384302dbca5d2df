#include "reactor/error.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <mutex>

namespace workbench::reactor {
namespace {

struct Headline {
  std::string operator()(const Failure& failure) const { return failure.headline(); }
  std::string operator()(const Exit& exit) const { return exit.describe(); }
  std::string operator()(const TimedOut& timed_out) const {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    return fmt::format("worker {} was still at work after {:.6g} ms", timed_out.worker,
                       Milliseconds(timed_out.limit).count());
  }
};

// The exception behind a cause: the one that was raised, or the one that ended a worker.
const Failure* failure_of(const Error::Cause& cause) {
  if (const auto* failure = std::get_if<Failure>(&cause)) return failure;
  const auto* exit = std::get_if<Exit>(&cause);
  return exit != nullptr && exit->failure ? &*exit->failure : nullptr;
}

}  // namespace

struct Error::State {
  Cause cause;
  std::optional<TaskId> task;
  bool no_live_workers;
  Tally tally;
  std::any report;
  std::once_flag composed{};
  std::string text{};

  std::string headline() const {
    std::string line;
    if (no_live_workers) line += "no live workers are left; the last one: ";
    if (task) line += fmt::format("task {}: ", *task);
    return line + std::visit(Headline{}, cause);
  }

  void compose() {
    text = headline();
    if (const Failure* failure = failure_of(cause)) {
      for (const std::string& frame : failure->trace()) text.append("\n    ").append(frame);
    }
    text += '\n';
    text += tally.describe();
  }
};

Error::Error(Cause cause, std::optional<TaskId> task, bool no_live_workers, Tally tally,
             std::any report)
    : state_(new State{std::move(cause), task, no_live_workers, tally, std::move(report)}) {}

const char* Error::what() const noexcept {
  try {
    std::call_once(state_->composed, [&] { state_->compose(); });
    return state_->text.c_str();
  } catch (const std::exception&) {
    return "workbench::reactor::Error";  // no memory left to say more
  }
}

std::string Error::headline() const { return state_->headline(); }
const Error::Cause& Error::cause() const { return state_->cause; }
std::optional<TaskId> Error::task() const { return state_->task; }
bool Error::no_live_workers() const { return state_->no_live_workers; }
Tally Error::tally() const { return state_->tally; }
const Failure* Error::failure() const { return failure_of(state_->cause); }
const std::any& Error::any_report() const { return state_->report; }

}  // namespace workbench::reactor
