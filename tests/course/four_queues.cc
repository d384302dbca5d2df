// Runs the four queues in every schedule of a small program: two threads pop one item each, and a
// third one pushes two. Prints what came of it, and ends with 1 if that is not what the course
// says.
#include "tests/course/four_queues.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/simulated/explorer.h"
#include "core/simulated/sync.h"
#include "tests/support/telling_program.h"

namespace workbench::course {
namespace {

template <template <class> class Queue>
std::string pop_two_push_two() {
  const auto queue = std::make_shared<Queue<SimulatedSync>>();
  const auto popped = std::make_shared<int>(0);
  std::vector<simulated::Thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([=] { *popped += queue->pop() ? 1 : 0; });
  }
  threads.emplace_back([=] {
    queue->push(1);
    queue->push(2);
  });
  for (simulated::Thread& thread : threads) thread.join();
  return fmt::format("{} popped", *popped);
}

struct Step {
  std::string name;
  std::function<std::string()> program;
  std::set<std::string> ends;  ///< all in which it ends, in one schedule or another
};

bool show(const Step& step) {
  const testing::TellingProgram program(step.program);
  const simulated::Exploration found =
      simulated::explore(program, {.scheduler = {.max_steps = 60}});
  fmt::print("{}: {} schedule{}\n", step.name, found.schedules,
             found.complete ? "s, which are all" : ", cut after 60 steps");
  for (const auto& [outcome, how] : found.outcomes) {
    fmt::print("  {:<10} in {}\n", outcome, how.count);
  }
  return testing::outcomes_of(found) == step.ends;
}

}  // namespace
}  // namespace workbench::course

int main() {
  using namespace workbench::course;
  const std::vector<Step> steps{
      {"spinning", pop_two_push_two<SpinningQueue>, {"too long"}},
      {"forgetful", pop_two_push_two<ForgetfulQueue>, {"2 popped", "1 popped", "hang"}},
      {"hasty", pop_two_push_two<HastyQueue>, {"2 popped", "1 popped"}},
      {"patient", pop_two_push_two<PatientQueue>, {"2 popped"}}};
  bool is_as_taught = true;
  for (const Step& step : steps) is_as_taught = show(step) && is_as_taught;
  return is_as_taught ? 0 : 1;
}
