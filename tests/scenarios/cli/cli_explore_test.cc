// `workbench explore`: every schedule of a scenario.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using testing::Child;
using ::testing::ContainsRegex;
using testing::expect_one_line_and_exit_2;
using ::testing::HasSubstr;
using testing::ScenarioFile;
using testing::TestDirectory;
using testing::Words;
using testing::workbench;

TEST(CliExplore, FindsNoScheduleInWhichTheReactorHangsOrForgets) {
  for (const char* subject : {"reactor-keep-going", "reactor-stop-on-error"}) {
    const auto result = workbench({"explore", "only-task-throws", "--subject", subject});
    EXPECT_EQ(result.code, 0) << result.out;
    EXPECT_THAT(result.out, HasSubstr("that is all of them"));
  }
}

TEST(CliExplore, FindsTheErrorThatThePublishedReactorLosesAndReplaysIt) {
  const auto result = workbench(
      {"explore", "last-of-two-throws", "--subject", "published-reactor", "--early-timeouts", "1"});
  EXPECT_EQ(result.code, 1) << result.out;
  EXPECT_THAT(result.out, HasSubstr("x silent-loss: 1 ok, 1 missing"));
  EXPECT_THAT(result.out, HasSubstr("why       the pool returned, and told nobody"));
  const std::string mark = "1 missing: workbench run ";
  std::istringstream command(result.out.substr(result.out.find(mark) + mark.size()));
  Words words{"run"};
  for (std::string word; words.size() < 8 && command >> word;) words.push_back(word);
  words.emplace_back("--json");
  EXPECT_THAT(workbench(words).out, HasSubstr("\"verdict\": \"silent-loss\""));
}

TEST(CliExplore, HasAScheduleForEachBrokenPromiseAlsoWhereNothingIsExpected) {
  const auto result = workbench({"explore", "no-fault", "--subject", "naive", "--workers", "2",
                                 "--tasks", "1", "--faults", "1", "--json"});
  EXPECT_EQ(result.code, 3) << result.out;
  EXPECT_THAT(result.out, ContainsRegex("\"verdict\": \"hang\",\\s+\"schedule\": \"0.0.1:"));
}

TEST(CliExplore, PrintsACommandThatRepeatsTheRun) {
  const ScenarioFile file(R"(title = "t"
tasks = 5
workers = 3)");
  const auto result = workbench({"explore", file.path(), "--subject", "naive", "--workers", "2",
                                 "--tasks", "2", "--faults", "1"});
  const std::string mark = "missing: workbench ";
  std::istringstream command(result.out.substr(result.out.find(mark) + mark.size()));
  std::string line;
  std::getline(command, line);
  std::istringstream split(line);
  const Words words{std::istream_iterator<std::string>(split), {}};
  const auto again = workbench(words);
  EXPECT_EQ(again.code, 3) << line << again.err;
  EXPECT_THAT(again.out, HasSubstr("1 missing"));
}

TEST(CliExplore, SaysThatItHasNotSeenAll) {
  const auto result = workbench({"explore", "last-of-two-throws", "--subject", "reactor-keep-going",
                                 "--max-schedules", "10"});
  EXPECT_THAT(result.out, HasSubstr("10 schedules"));
  EXPECT_THAT(result.out, HasSubstr("not all"));
}

TEST(CliExplore, SaysWhatItWasAskedAndHowToGetToEachOutcome) {
  const auto result =
      workbench({"explore", "no-fault", "--subject", "reactor-keep-going", "--workers", "1",
                 "--tasks", "1", "--faults", "1", "--search", "sleep-sets", "--json"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("\"search\": \"sleep-sets\""));
  EXPECT_THAT(result.out, HasSubstr("\"faults\": 1"));
  EXPECT_THAT(result.out, ContainsRegex("1 lost\",\\s+\"verdict\": \"reported\",\\s+"
                                        "\"schedules\": [0-9]+,\\s+\"schedule\": \"0.0.1:"));
}

TEST(CliExplore, WritesTheSameGraphTwice) {
  const TestDirectory directory;
  const auto text_of = [](const std::string& file) {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string one = (directory.path() / "one.json").string();
  const std::string two = (directory.path() / "two.json").string();
  for (const std::string& file : {one, two}) {
    const auto result =
        workbench({"explore", "only-task-throws", "--subject", "naive", "--graph", file});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("2 ends, each of another class of schedules"));
  }
  EXPECT_THAT(text_of(one), HasSubstr("\"verdict\":\"hang\",\"hang\":\"orphaned-wait\""));
  EXPECT_EQ(text_of(one), text_of(two));
}

TEST(CliExplore, RefusesAGraphThatIsTooLarge) {
  if (testing::kAddressSanitizer) GTEST_SKIP() << "takes minutes with AddressSanitizer";
  expect_one_line_and_exit_2(
      {"explore", "no-fault", "--subject", "reactor-keep-going", "--graph", "/dev/null"},
      "more than 20000 nodes; allowed: up to 20000");
}

TEST(CliExplore, TellsWhatItHasFoundWhenItIsInterrupted) {
  int master = -1;
  int terminal = -1;
  if (openpty(&master, &terminal, nullptr, nullptr, nullptr) != 0) {
    GTEST_SKIP() << "there are no terminals here: /dev/pts is not mounted";
  }
  Child child({WORKBENCH_PROGRAM, "explore", "no-fault", "--subject", "reactor-keep-going",
               "--workers", "8", "--tasks", "50"},
              terminal);
  close(terminal);
  std::string seen;
  for (char byte = 0; seen.find("schedules") == std::string::npos; seen += byte) {
    ASSERT_EQ(read(master, &byte, 1), 1) << seen;  // it shows how far it is
  }
  child.send(SIGINT);
  const auto result = child.wait();
  EXPECT_EQ(result.code, -SIGINT);
  EXPECT_THAT(result.out, HasSubstr("not all"));
  EXPECT_THAT(result.out, HasSubstr("50 ok"));
  close(master);
}

TEST(CliExplore, KnowsNothingOfWhatComesOfAnEarlyTimer) {
  const auto result = workbench({"explore", "only-task-throws", "--subject", "reactor-keep-going",
                                 "--early-timeouts", "1", "--json"});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("1 timed out"));
}

TEST(CliExplore, SaysWhatIsNotAsExpected) {
  const ScenarioFile file(R"(title = "t"
tasks = 1
workers = 1
[expect."naive/simulated"]
verdict = "hang")");
  const auto result = workbench({"explore", file.path(), "--subject", "naive"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("x verdict: expected hang, got completed"));
}

TEST(CliExplore, PrintsACommandThatAShellUnderstands) {
  const TestDirectory directory;
  const std::string file = (directory.path() / "it's mine.toml").string();
  std::ofstream(file) << "title = \"t\"\ntasks = 1\nworkers = 1\n";
  const auto result = workbench({"explore", file, "--subject", "naive"});
  const std::string mark = ": workbench ";
  const std::string rest = result.out.substr(result.out.find(mark) + mark.size());
  const std::string words = rest.substr(0, rest.find('\n'));
  const auto again = Child({"/bin/sh", "-c", std::string(WORKBENCH_PROGRAM) + " " + words}).wait();
  EXPECT_EQ(again.code, 0) << words << again.err;
}

TEST(CliExplore, HasALetterForEveryThread) {
  const auto result =
      workbench({"explore", "no-fault", "--subject", "reactor-keep-going", "--workers", "20",
                 "--tasks", "20", "--early-timeouts", "5", "--random", "100"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("100 schedules"));
}

TEST(CliExplore, RefusesWhatCannotBeSimulated) {
  expect_one_line_and_exit_2(
      {"explore", "no-fault", "--subject", "naive", "--random", "5", "--search", "dfs"},
      "--search");
  expect_one_line_and_exit_2({"explore", "action-is-killed", "--subject", "naive"}, "\"kill\"");
  expect_one_line_and_exit_2({"explore", "no-fault", "--subject", "std-async"}, "own");
  expect_one_line_and_exit_2({"explore", "no-fault", "--subject", "naive", "--search", "dpo"},
                             "did you mean 'dpor'?");
  expect_one_line_and_exit_2({"explore", "raw-threads", "--subject", "naive"}, "on_escape");
  expect_one_line_and_exit_2({"run", "only-task-throws", "--subject", "naive", "--runtime",
                              "simulated", "--schedule", "0!"},
                             "0 to 9");
  expect_one_line_and_exit_2({"run", "only-task-throws", "--subject", "naive", "--runtime",
                              "simulated", "--schedule", "x:0"},
                             "schedule");
  expect_one_line_and_exit_2(
      {"run", "no-fault", "--subject", "naive", "--runtime", "simulated", "--schedule", "9"},
      "letter 1 of the schedule is option 9; allowed there: 0 to ");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "naive", "--schedule", "0"},
                             "--runtime simulated");
}

}  // namespace
}  // namespace workbench
