// `workbench run`: one run, explained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::ContainsRegex;
using testing::expect_one_line_and_exit_2;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ScenarioFile;
using testing::TestDirectory;
using testing::Words;
using testing::workbench;

TEST(Cli, ExplainsAHangFirstCauseFirst) {
  const auto result = workbench({"run", "all-workers-fail", "--subject", "naive"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, ContainsRegex("^HANG, proved [0-9]+ ms after .*: orphaned wait"));
  EXPECT_THAT(result.out, ContainsRegex("caller +waits in result_queue.pop[(][)] +naive/pool.h:"));
  EXPECT_THAT(result.out, HasSubstr("can be filled only by worker-0 (dead), worker-1 (dead)"));
  EXPECT_THAT(result.out, HasSubstr("died before its 1st pop: std::runtime_error \"boom\""));
  EXPECT_THAT(result.out, HasSubstr("<- first cause"));
  EXPECT_THAT(result.out, HasSubstr("5 submitted, 0 results in hand, 5 missing"));
  EXPECT_THAT(result.out, HasSubstr("workbench explain orphaned-wait"));
}

TEST(Cli, ExplainsAHangAsADrawingToo) {
  const TestDirectory directory;
  const std::string file = directory.path() / "drawing.dot";
  const auto drawing = [&](const Words& more) {
    Words words{"run", "one-task-throws", "--subject", "naive", "--dot", file};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = workbench(words);
    EXPECT_EQ(result.code, 0) << result.err;
    std::ifstream in(file);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  EXPECT_THAT(drawing({}), HasSubstr("first cause\\ntask 3 throws"));
  EXPECT_THAT(drawing({"--dot-of", "architecture"}), HasSubstr("5 tasks, 2 pills"));
  const auto ended =
      workbench({"run", "no-fault", "--subject", "naive", "--dot", file, "--dot-of", "wait-for"});
  EXPECT_EQ(ended.code, 4);
  EXPECT_THAT(ended.err, HasSubstr("nothing to draw: nobody waits"));
}

TEST(Cli, CountsResultsThatTheTraceHasNoRoomFor) {
  const ScenarioFile file(R"(title = "t"
tasks = 15000
workers = 2
[[fault]]
kind = "throw"
task = 14999
[expect."naive"]
verdict = "hang"
ok = 14999
missing = 1)");
  const auto result = workbench({"run", file.path(), "--subject", "naive"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("the trace has no room for the last "));
}

TEST(Cli, EndsWithTheDocumentedCodesWhereNothingIsExpected) {
  const Words size = {"--subject", "naive", "--tasks", "6"};  // other numbers than in the file
  const auto run = [&](const std::string& scenario) {
    Words words{"run", scenario};
    words.insert(words.end(), size.begin(), size.end());
    return workbench(words).code;
  };
  EXPECT_EQ(run("no-fault"), 0);
  EXPECT_EQ(run("one-task-throws"), 3);
  EXPECT_EQ(run("action-sleeps-forever"), 124);
}

TEST(Cli, TakesOtherNumbersOfTasksAndWorkers) {
  const auto result = workbench(
      {"run", "no-fault", "--subject", "naive", "--tasks", "7", "--workers", "3", "--json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("\"submitted\": 7"));
  EXPECT_THAT(result.out, HasSubstr("\"as_expected\": null"));
}

TEST(Cli, ExpectsWhatTheFileSaysWhereTheNumbersAreItsOwn) {
  const auto result = workbench(
      {"run", "no-fault", "--subject", "naive", "--workers", "2", "--tasks", "5", "--json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("\"as_expected\": true"));
}

TEST(Cli, RefusesSoFewTasksThatAFaultCannotStrike) {
  expect_one_line_and_exit_2({"run", "one-task-throws", "--subject", "naive", "--tasks", "3"},
                             "task 3");
}

TEST(Cli, TellsTheTerminalNothingThatAnExceptionSays) {
  const ScenarioFile file(R"(title = "t"
tasks = 1
workers = 1
[[fault]]
kind = "throw"
message = "\u001b[31mred\nnew\u0007")");
  const auto result = workbench({"run", file.path(), "--subject", "reactor-keep-going"});
  EXPECT_THAT(result.out, HasSubstr("?[31mred?new?"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST(Cli, TellsManyFailuresByTheFirstOfThem) {
  const auto result = workbench({"run", "many-tasks-throw", "--subject", "reactor-keep-going"});
  std::size_t told = 0;
  const std::string failure = "std::runtime_error";
  for (std::size_t at = 0; (at = result.out.find(failure, at)) != std::string::npos; ++at) ++told;
  EXPECT_EQ(told, 8U);  // however many lines each of them takes
  EXPECT_THAT(result.out, ContainsRegex("and [0-9]+ more, all of them in --json"));
}

TEST(Cli, NamesATaskThatIsLate) {
  const auto result = workbench({"run", "action-is-late", "--subject", "reactor-keep-going"});
  EXPECT_THAT(result.out, ContainsRegex("task [0-9]+ +timed out"));
}

}  // namespace
}  // namespace workbench
