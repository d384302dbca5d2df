// `workbench compare`: all pools side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using testing::expect_one_line_and_exit_2;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ScenarioFile;
using ::testing::StartsWith;
using testing::TestDirectory;
using testing::Words;
using testing::workbench;

TEST(Cli, ComparesThePoolsSideBySide) {
  const auto result = workbench({"compare", "one-task-throws", "full-result-queue"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("scenario "));
  EXPECT_THAT(result.out,
              ContainsRegex("one-task-throws +threads +[+] hang [(]proved[)] [+] reported"));
  EXPECT_THAT(result.out,
              ContainsRegex("full-result-queue threads +[+] hang [(]proved[)] [+] compl"));
  EXPECT_THAT(result.out, HasSubstr("13 runs, 13 of 13 as expected, 4 hangs, in "));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST(Cli, FitsIntoEightyColumns) {
  const std::vector<Words> commands{{"compare", "unshippable-result", "no-fault"}, {"list"}};
  for (const Words& command : commands) {
    const auto result = workbench(command);
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("no-fault"));
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(Cli, ComparesOnlyWhatIsNamed) {
  const auto result = workbench({"compare", "no-fault"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("no-fault"));
  EXPECT_THAT(result.out, Not(HasSubstr("one-task-throws")));
}

TEST(Cli, SaysWhatIsNotAsExpected) {
  const ScenarioFile file(R"(title = "t"
why = "w"
tasks = 1
workers = 1
[expect."naive/threads"]
verdict = "crash")");
  const auto result = workbench({"compare", file.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("x completed"));
  EXPECT_THAT(result.out, HasSubstr("verdict: expected crash, got completed"));
}

TEST(Cli, CountsThePopsOfEachRunAnew) {
  // Nobody pops eight times in one run: five tasks, and a pill at most.
  const ScenarioFile late(R"(title = "t"
tasks = 5
workers = 1
runs = 2
[[fault]]
kind = "throw"
at = "before-pop"
pop = 8
[expect."naive"]
verdict = "not-reached")");
  EXPECT_EQ(workbench({"compare", late.path()}).code, 0);
}

TEST(Cli, RefusesToCompareNothing) {
  const ScenarioFile file(R"(title = "t"
tasks = 1
workers = 1
[expect."naive/simulated"]
verdict = "completed")");
  expect_one_line_and_exit_2({"compare", file.path()}, "nothing to compare");
}

TEST(Cli, NeverCallsSlowTasksAHang) {
  // Five seconds in which every thread sleeps, and the caller waits for them without a limit.
  const ScenarioFile file(R"(title = "Slow"
why = "w"
tasks = 2
workers = 2
task_ms = 5000
result_timeout_ms = 60000
deadline_ms = 60000
[expect."naive"]
verdict = "completed"
[expect."reactor-keep-going"]
verdict = "completed")");
  const auto result = workbench({"compare", file.path()});
  EXPECT_EQ(result.code, 0) << result.out;
}

TEST(Cli, WritesTheOutcomeAsJUnit) {
  const TestDirectory directory;
  const std::string file = (directory.path() / "out.xml").string();
  EXPECT_EQ(workbench({"compare", "no-fault", "--junit", file}).code, 0);
  std::ifstream in(file);
  const std::string xml{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"scenarios\" tests=\"7\" failures=\"0\""));
  EXPECT_THAT(xml, HasSubstr("name=\"scenario.no-fault.naive.threads\""));
}

TEST(Cli, PaintsOnlyWhenItIsAsked) {
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "always"}).out, HasSubstr("\x1b["));
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "never"}).out,
              AllOf(HasSubstr("no-fault"), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace workbench
