#include "scenarios/report/graphs/worker_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace workbench::scenarios {
namespace {

std::string message_of(const Failure& failure) {
  if (failure.type.empty()) return failure.what;
  return failure.what.empty() ? failure.type : fmt::format("{}: {}", failure.type, failure.what);
}

std::string end_of(const Exit& exit) {
  switch (exit.how) {
    case Exit::How::returned:
      return "left";
    case Exit::How::exception:
      return "died";
    case Exit::How::exit:
      return fmt::format("exit({})", exit.code);
    case Exit::How::signal:
      return signal_name(exit.signal);
    case Exit::How::cancelled:
      return "cancelled";
    case Exit::How::not_started:
      return "not started";
    case Exit::How::unknown:
      break;
  }
  return "ended";
}

}  // namespace

const Wait* wait_of(const RunRecord& record, std::int32_t actor) {
  const auto wait = std::find_if(record.waits.begin(), record.waits.end(),
                                 [&](const Wait& each) { return each.actor == actor; });
  return wait == record.waits.end() ? nullptr : &*wait;
}

WorkerWords words_of(const WorkerState& worker, const Wait* wait) {
  if (wait != nullptr) return {.state = "waits in", .message = call_of(*wait)};
  WorkerWords words;
  words.state = worker.exit ? end_of(*worker.exit) : std::string(name_of(worker.state));
  const bool is_well = worker.exit && worker.exit->how == Exit::How::returned;
  if (worker.task && !is_well) words.state += fmt::format(", task {} in hand", *worker.task);
  if (worker.exit && worker.exit->failure) words.message = message_of(*worker.exit->failure);
  return words;
}

}  // namespace workbench::scenarios
