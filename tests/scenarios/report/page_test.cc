// The page of a report, from the same traces: always the same bytes, and no harm done by what is in
// them. What it looks like, and what its script does, is tested in tests/web.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/model/scenario_file.h"
#include "scenarios/report/page/html_report.h"
#include "scenarios/run/simulation.h"
#include "tests/support/test_directory.h"

namespace workbench::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using workbench::testing::TestDirectory;

Scenario of_the_catalogue(const std::string& name) {
  for (const CatalogueFile& file : catalogue_files()) {
    if (file.name == name) return parse_scenario(file.text, name + ".toml", subject_names());
  }
  throw std::invalid_argument(name);
}

constexpr const char* kNaive = "0101010101010101010";
constexpr const char* kReactor = "0101010101010101010101010101";

// A simulated run, which is the same each time, shown as one on threads.
JudgedRun run_of(const Scenario& scenario, const std::string& subject,
                 const std::string& schedule) {
  const RunSpec spec{.scenario = &scenario, .subject = find_subject(subject)};
  RunRecord record = Simulation(*spec.subject, scenario).run(parse_schedule(schedule));
  record.scenario = scenario.name;
  record.subject = subject;
  record.runtime = spec.runtime;
  return judge(spec, std::move(record));
}

std::string page_of(const std::vector<Scenario>& scenarios, const std::vector<JudgedRun>& runs,
                    const std::filesystem::path& directory) {
  std::ifstream in(write_html_report(scenarios, runs, Frames::all, directory));
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Page, IsTheSameForTheSameTraces) {
  const TestDirectory directory;
  const std::vector<Scenario> scenarios{of_the_catalogue("one-task-throws")};
  const std::vector<JudgedRun> runs{run_of(scenarios[0], "naive", kNaive),
                                    run_of(scenarios[0], "reactor-keep-going", kReactor)};
  const std::string page = page_of(scenarios, runs, directory.path());
  EXPECT_EQ(page, page_of(scenarios, runs, directory.path()));
  EXPECT_THAT(page, HasSubstr(R"("words":"hang: orphaned-wait)"));  // there is something to replay
  EXPECT_THAT(page, HasSubstr("First cause: worker-1: task 3 throws"));
}

TEST(Page, IsNotHarmedByWhatItShows) {
  const TestDirectory directory;
  const std::string hostile = "</script><script>harm()</script><!-- \"'&\x01\x1b[31m \xff\xfe";
  std::vector<Scenario> scenarios{of_the_catalogue("one-task-throws")};
  scenarios[0].title = hostile;
  scenarios[0].why = hostile + std::string(10'000, '<');
  std::vector<JudgedRun> runs{run_of(scenarios[0], "naive", kNaive)};
  RunRecord& record = runs[0].record;
  record.result.error = hostile;
  record.workers[0].exit =
      Exit{.how = Exit::How::exception, .failure = Failure{.type = hostile, .what = hostile}};
  for (trace::Event& event : record.events) {
    hostile.copy(event.detail.data(), event.detail.size() - 1);
  }
  const std::string page = page_of(scenarios, runs, directory.path());
  EXPECT_THAT(page, Not(HasSubstr("<script>harm")));
  EXPECT_THAT(page, Not(HasSubstr("<!-- \"'")));
  for (const char* control : {"\x01", "\x1b", "\xff"}) EXPECT_THAT(page, Not(HasSubstr(control)));
}

}  // namespace
}  // namespace workbench::scenarios
