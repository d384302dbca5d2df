// The command line of `workbench`, used as a user uses it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "scenarios/report/lessons.h"
#include "tests/support/child.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using testing::Child;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::ScenarioFile;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

Child::Result workbench(Words words) {
  words.insert(words.begin(), WORKBENCH_PROGRAM);
  Child::Result result = Child(std::move(words)).wait();
  EXPECT_FALSE(result.left_workers_behind);
  return result;
}

void expect_one_line_and_exit_2(const Words& words, const std::string& part) {
  const auto result = workbench(words);
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr(part));
}

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
    std::istringstream lines(workbench(command).out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(Cli, ComparesOnlyWhatIsNamed) {
  const auto result = workbench({"compare", "no-fault"});
  EXPECT_EQ(result.code, 0);
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
verdict = "completed")");
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
  EXPECT_LT(std::count(result.out.begin(), result.out.end(), '\n'), 60);
  EXPECT_THAT(result.out, ContainsRegex("and [0-9]+ more, all of them in --json"));
}

TEST(Cli, WritesNothingOfItsOwnToAnOutputThatIsClosed) {
  const std::string command = WORKBENCH_PROGRAM " run no-fault --subject naive >&-";
  const auto result = Child({"/bin/sh", "-c", command}).wait();
  EXPECT_EQ(result.code, 4);
  EXPECT_EQ(result.err, "workbench: cannot write the output\n");
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
  const testing::TestDirectory directory;
  const std::string file = (directory.path() / "out.xml").string();
  EXPECT_EQ(workbench({"compare", "no-fault", "--junit", file}).code, 0);
  std::ifstream in(file);
  const std::string xml{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"scenarios\" tests=\"7\" failures=\"0\""));
  EXPECT_THAT(xml, HasSubstr("name=\"scenario.no-fault.naive.threads\""));
}

TEST(Cli, SaysAtOnceWhenTheJUnitFileCannotBeWritten) {
  const auto nowhere = workbench({"compare", "no-fault", "--junit", "/nowhere/out.xml"});
  EXPECT_EQ(nowhere.code, 4);
  EXPECT_THAT(nowhere.out, IsEmpty());
  EXPECT_THAT(nowhere.err, HasSubstr("cannot write to /nowhere/out.xml"));
  EXPECT_EQ(workbench({"compare", "no-fault", "--junit", "/dev/full"}).code, 4);
}

TEST(Cli, EndsAsDocumentedWhereNobodyCanReadWhy) {
  for (const char* closed : {" 2>&-", " 2>/dev/full"}) {
    const std::string program = WORKBENCH_PROGRAM;
    const auto run = [&](const std::string& words) {
      return Child({"/bin/sh", "-c", program + words + closed}).wait();
    };
    EXPECT_EQ(run(" explore nope --subject naive").code, 2);
    EXPECT_THAT(run(" run one-worker-fails --subject naive").out, HasSubstr("as expected"));
  }
}

TEST(Cli, WritesTheReportAsOnePage) {
  const testing::TestDirectory directory;
  const auto result = workbench({"report", "--output", (directory.path() / "report").string()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::EndsWith("/report/index.html\n"));
  std::ifstream in(result.out.substr(0, result.out.size() - 1));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr("workbench run one-task-throws --subject naive"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));  // it needs no other file
}

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
  const testing::TestDirectory directory;
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

TEST(Cli, NamesATaskThatIsLate) {
  const auto result = workbench({"run", "action-is-late", "--subject", "reactor-keep-going"});
  EXPECT_THAT(result.out, ContainsRegex("task [0-9]+ +timed out"));
}

TEST(Cli, ExplainsEveryVerdict) {
  for (const std::string& name : scenarios::lesson_names()) {
    const auto result = workbench({"explain", name});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, StartsWith(name));
  }
}

TEST(Cli, SaysWhenTheTraceCannotBeWritten) {
  const auto result =
      workbench({"run", "no-fault", "--subject", "naive", "--trace", "/nowhere/trace"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("cannot write to /nowhere/trace"));
}

TEST(Cli, SaysWhenItsOutputIsLost) {
  for (const char* words : {"list --json", "run no-fault --subject naive", "--help"}) {
    const auto result =
        Child({"/bin/sh", "-c", std::string(WORKBENCH_PROGRAM) + " " + words + " > /dev/full"})
            .wait();
    EXPECT_EQ(result.code, 4) << words;
    EXPECT_THAT(result.err, HasSubstr("workbench: cannot write")) << words;
  }
}

TEST(Cli, PaintsOnlyWhenItIsAsked) {
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "always"}).out, HasSubstr("\x1b["));
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "never"}).out, Not(HasSubstr("\x1b")));
}

TEST(Cli, ListsWhatIsExpectedOfSimulatedRuns) {
  EXPECT_THAT(workbench({"list", "--json"}).out, HasSubstr("\"runtime\": \"simulated\""));
}

TEST(Cli, ListsScenariosAndSubjects) {
  const auto result = workbench({"list"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("one-task-throws"));
  EXPECT_THAT(result.out, HasSubstr("reactor-stop-on-error"));
}

TEST(Cli, AnswersHelpAndVersion) {
  for (const char* option : {"--help", "--version"}) {
    const auto result = workbench({option});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("workbench"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(Cli, RefusesWrongUseInOneLine) {
  expect_one_line_and_exit_2({}, "subcommand");
  expect_one_line_and_exit_2({"frobnicate"}, "frobnicate");
  expect_one_line_and_exit_2({"compare", "--frobnicate"}, "--frobnicate");
  expect_one_line_and_exit_2({"compare", "--color", "red"}, "red");
  expect_one_line_and_exit_2({"compare", "no-falt"}, "did you mean 'no-fault'?");
  expect_one_line_and_exit_2({"compare", "/nowhere/x.toml"}, "/nowhere/x.toml:1: cannot be read");
  expect_one_line_and_exit_2({"compare", "/"}, "is a directory");
  expect_one_line_and_exit_2({"run"}, "scenario");
  expect_one_line_and_exit_2({"run", "no-fault"}, "--subject");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "nave"}, "did you mean 'naive'?");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "naive", "--runtime", "thread"},
                             "did you mean 'threads'?");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "naive", "--workers", "0"},
                             "--workers");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "naive", "--tasks", "x"}, "--tasks");
  expect_one_line_and_exit_2({"explain", "hng"}, "did you mean 'hang'?");
  expect_one_line_and_exit_2({"watch"}, "command");
  expect_one_line_and_exit_2({"watch", "--deadline-ms", "0", "--", "true"}, "--deadline-ms");
  expect_one_line_and_exit_2({"watch", "--", "/nowhere/program"}, "No such file");
}

}  // namespace
}  // namespace workbench
