#include "scenarios/compare.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>

#include "scenarios/crowd.h"
#include "scenarios/exit_code.h"
#include "scenarios/judge.h"
#include "scenarios/junit.h"
#include "scenarios/matrix.h"

namespace workbench::scenarios {
namespace {

// `12/96`, on a terminal only, on one line that the result then replaces.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total), on_(isatty(STDERR_FILENO) != 0) {}
  void operator()(std::size_t done) const {
    if (!on_) return;
    fmt::print(stderr, "\r{}/{} runs", done, total_);
    if (done == total_) fmt::print(stderr, "\r{:<20}\r", "");
    std::fflush(stderr);
  }

 private:
  std::size_t total_;
  bool on_;
};

std::string how_to_repeat(const Job& job) {
  return fmt::format("workbench run {} --subject {} --runtime {}", job.scenario->words,
                     job.subject->name, job.runtime);
}

}  // namespace

int compare(const std::vector<Scenario>& scenarios, const CompareOptions& options) {
  const TimePoint start = Clock::now();
  const Palette palette(options.color, STDOUT_FILENO);
  const auto jobs = jobs_of(scenarios, options.subjects);
  if (jobs.empty()) {
    throw UsageError("nothing to compare: what is expected is for simulated runs alone");
  }
  std::ofstream junit;
  if (!options.junit.empty()) {
    junit.open(options.junit);
    if (!junit) throw std::runtime_error("cannot write to " + options.junit);
  }
  const auto records = watch_all(jobs, options.seed, Progress(jobs.size()));
  fmt::print("{}", matrix(jobs, records, palette));

  std::size_t judged = 0;
  std::size_t as_expected = 0;
  std::string complaints;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto found = differences(records[i], jobs[i].expectation());
    if (jobs[i].expectation() != nullptr) {
      ++judged;
      if (found.empty()) ++as_expected;
    }
    for (const std::string& difference : found) {
      complaints += fmt::format("{}: {}\n", how_to_repeat(jobs[i]), difference);
    }
  }
  const auto hangs = std::count_if(records.begin(), records.end(),
                                   [](const RunRecord& each) { return each.hang.has_value(); });
  const std::chrono::duration<double> elapsed = Clock::now() - start;
  fmt::print(
      "{}{} runs, {}, {} hangs, in {:.1f} s\n", palette.bad(complaints), jobs.size(),
      judged == 0 ? "nothing expected" : fmt::format("{} of {} as expected", as_expected, judged),
      hangs, elapsed.count());
  if (junit.is_open()) {
    write_junit(junit, jobs, records);
    if (!junit.flush()) throw std::runtime_error("cannot write to " + options.junit);
  }
  return complaints.empty() ? kAsExpected : kNotAsExpected;
}

}  // namespace workbench::scenarios
