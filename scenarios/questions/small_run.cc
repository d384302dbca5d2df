#include "scenarios/questions/small_run.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "scenarios/model/enum_names.h"

namespace workbench::scenarios {
namespace {

constexpr std::size_t kMost = 2;  // tasks and workers

std::string plural(std::size_t count, std::string_view thing) {
  static constexpr std::array<std::string_view, 3> kNumbers{"no", "one", "two"};
  return fmt::format("{} {}{}", kNumbers.at(count), thing, count == 1 ? "" : "s");
}

Fault draw_fault(Dice& dice, std::size_t tasks) {
  static const std::vector<Window> windows{Window::before_pop, Window::after_pop,
                                           Window::in_action,  Window::before_push,
                                           Window::after_push, Window::before_exit};
  Fault fault{.at = dice.one_of(windows), .times = 1};
  if (fault.at == Window::before_pop) {
    fault.pop = 1 + dice.below(tasks);
  } else if (fault.at != Window::before_exit) {
    fault.task = dice.below(tasks);
  }
  return fault;
}

std::string words_of(const Fault& fault) {
  const auto in_worker = [&](const std::string& when) {
    return "An exception is thrown in a worker that " + when + ".";
  };
  switch (fault.at) {
    case Window::before_pop:
      return fmt::format("The first worker that is about to ask for its {} task throws.",
                         fault.pop == 1U ? "first" : "second");
    case Window::after_pop:
      return in_worker(fmt::format("has taken task {} and not begun it", *fault.task));
    case Window::in_action:
      return fmt::format("The action throws on task {}.", *fault.task);
    case Window::before_push:
      return in_worker(fmt::format("has the result of task {} and not sent it", *fault.task));
    case Window::after_push:
      return in_worker(fmt::format("has just sent the result of task {}", *fault.task));
    default:
      return "The first worker that has taken its pill and is about to leave throws.";
  }
}

}  // namespace

SmallRun draw_run(Dice& dice, const std::vector<std::string>& subjects) {
  SmallRun run;
  run.subject = find_subject(dice.one_of(subjects));
  Scenario& scenario = run.scenario;
  scenario.name = "scenario";
  scenario.title = "A question";
  scenario.words = "scenario.toml";
  scenario.tasks = 1 + dice.below(kMost);
  scenario.workers = static_cast<int>(1 + dice.below(kMost));
  const bool knows_no_bounds = run.subject->name == "published-reactor";
  if (dice.below(4) == 0 && !knows_no_bounds) scenario.queue_capacity = 1;
  if (dice.below(5) != 0) scenario.faults.push_back(draw_fault(dice, scenario.tasks));
  return run;
}

std::string SmallRun::words() const {
  std::string words = fmt::format("The pool is {} ({}). It has {} and {}, numbered from 0.",
                                  subject->name, subject->description,
                                  plural(static_cast<std::size_t>(scenario.workers), "worker"),
                                  plural(scenario.tasks, "task"));
  if (scenario.queue_capacity > 0) words += " Its result_queue has room for one entry.";
  for (const Fault& fault : scenario.faults) words += " " + words_of(fault);
  if (scenario.faults.empty()) words += " Nothing goes wrong in any task or worker.";
  return words;
}

std::string SmallRun::file() const {
  std::string file = fmt::format(
      "title = \"A question\"\nwhy = \"One of the question bank.\"\n"
      "tasks = {}\nworkers = {}\nqueue_capacity = {}\n",
      scenario.tasks, scenario.workers, scenario.queue_capacity);
  for (const Fault& fault : scenario.faults) {
    file += fmt::format("\n[[fault]]\nkind = \"{}\"\nat = \"{}\"\n", name_of(fault.kind),
                        name_of(fault.at));
    if (fault.task) file += fmt::format("task = {}\n", *fault.task);
    if (fault.pop) file += fmt::format("pop = {}\n", *fault.pop);
    if (fault.times) file += fmt::format("times = {}\n", *fault.times);
  }
  return file;
}

ExploredScenario explored(const SmallRun& run) {
  const RunSpec spec{&run.scenario, run.subject, RuntimeKind::simulated};
  return explore_scenario(spec, {}, [](const simulated::Exploration&) { return true; });
}

}  // namespace workbench::scenarios
