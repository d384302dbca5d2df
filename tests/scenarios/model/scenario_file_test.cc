// Scenario files: what they may say, and what is said of those that are wrong.
#include "scenarios/model/scenario_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "core/one_line.h"
#include "tests/support/test_directory.h"

namespace workbench::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> kSubjects{"naive", "reactor-keep-going", "reactor-stop-on-error"};

// Three lines that are right.
const std::string kHead = "title = \"T\"\ntasks = 5\nworkers = 2\n";

std::string error_of(const std::string& text) {
  try {
    parse_scenario(text, "dir/x.toml", kSubjects);
  } catch (const TomlFileError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "none";
}

TEST(ScenarioFile, SaysEverything) {
  const Scenario scenario = parse_scenario(kHead + R"(
task_ms = 20
result_bytes = 200000
queue_capacity = 3
result_timeout_ms = 50
deadline_ms = 1500
[[fault]]
kind = "slow"
at = "after-pop"
worker = 1
task = 4
pop = 2
times = 3
ms = 500
[expect."naive"]
verdict = "hang"
hang = "full-queue"
[expect."naive/processes"]
verdict = "completed"
ok = 5
)",
                                           "dir/x.toml", kSubjects);
  EXPECT_EQ(scenario.name, "x");
  EXPECT_EQ(scenario.task_time.count(), 20);
  EXPECT_EQ(scenario.result_bytes, 200'000U);
  EXPECT_EQ(scenario.queue_capacity, 3U);
  ASSERT_EQ(scenario.faults.size(), 1U);
  EXPECT_EQ(scenario.faults[0].kind, FaultKind::slow);
  EXPECT_EQ(scenario.faults[0].at, Window::after_pop);
  EXPECT_EQ(scenario.faults[0].worker, 1);
  EXPECT_EQ(scenario.faults[0].task, 4U);
  EXPECT_EQ(scenario.faults[0].delay.count(), 500);
  EXPECT_EQ(scenario.expectation("naive", RuntimeKind::threads)->hang, HangKind::full_queue);
  EXPECT_EQ(scenario.expectation("naive", RuntimeKind::processes)->counts.at(OutcomeKind::ok), 5U);
  EXPECT_EQ(scenario.expectation("reactor-keep-going", RuntimeKind::threads), nullptr);
}

TEST(ScenarioFile, NamesTheLineOfWhatIsWrong) {
  EXPECT_THAT(error_of(""), StartsWith("dir/x.toml:1: 'title' is missing"));
  EXPECT_THAT(
      error_of("title = \"t\"\ntaks = 5\nworkers = 2\n"),
      StartsWith("dir/x.toml:2: 'taks' is not a key of the scenario; did you mean 'tasks'?"));
  EXPECT_THAT(error_of(std::string("\0\xff\x7f", 3)), StartsWith("dir/x.toml:1: not TOML"));
  EXPECT_THAT(error_of("title = \n"), StartsWith("dir/x.toml:1: not TOML"));
  EXPECT_THAT(error_of("title = 3\ntasks = 5\nworkers = 2\n"), StartsWith("dir/x.toml:1: 'title'"));
  EXPECT_THAT(error_of("title = \"T\"\ntasks = 5\nworkers = 0\n"),
              StartsWith("dir/x.toml:3: 'workers' must be a whole number from 1 to"));
  EXPECT_THAT(error_of("title = \"T\"\ntasks = -1\nworkers = 1\n"), HasSubstr(":2: 'tasks'"));
  EXPECT_THAT(error_of(kHead + "taks_ms = 3\n"),
              StartsWith("dir/x.toml:4: 'taks_ms' is not a key of the scenario (did you mean"));
  EXPECT_THAT(error_of(kHead + "tasks = 6\n"), StartsWith("dir/x.toml:4: not TOML"));
  EXPECT_THAT(error_of(kHead + "fault = 3\n"), HasSubstr("must be written as [[fault]]"));
}

// A text of TOML may hold a line's end or a terminal's command, and a message quotes it.
TEST(ScenarioFile, SaysWhatIsWrongInOneLineWhateverItQuotes) {
  for (const std::string text : {
           "\"two\\nlines\" = 1\n",
           "usage = \"a\\u001b[2J\\u007f\"\n",
           "[expect.\"naive\"]\nverdict = \"\"\"silent\n-loss\"\"\"\n",
           "[expect.\"naive/thr\\reads\"]\nverdict = \"hang\"\n",
           "[expect.\"naive\"]\nverdict = \"hang\"\nhang = \"a\\nb\"\n",
           "[[fault]]\n\"ki\\nnd\" = \"throw\"\n",
           "[[fault]]\nkind = \"throw\"\nat = \"\\t\"\n",
       }) {
    const std::string error = error_of(kHead + text);
    EXPECT_THAT(error, StartsWith("dir/x.toml:"));
    EXPECT_THAT(error, HasSubstr("?")) << text;
    EXPECT_EQ(error, on_one_line(error)) << text;
  }
}

TEST(ScenarioFile, RefusesFaultsThatCannotBe) {
  const std::string fault = kHead + "[[fault]]\n";
  EXPECT_THAT(error_of(fault + "at = \"in-action\"\n"), HasSubstr("'kind' is missing"));
  EXPECT_THAT(error_of(fault + "kind = \"trow\"\n"), HasSubstr("did you mean 'throw'?"));
  EXPECT_THAT(error_of(fault + "kind = \"throw\"\nat = \"before-pop\"\ntask = 1\n"),
              StartsWith("dir/x.toml:7: 'task' cannot be combined"));
  EXPECT_THAT(error_of(fault + "kind = \"throw\"\nat = \"before-exit\"\ntask = 1\n"),
              StartsWith("dir/x.toml:7: 'task' cannot be combined"));
  EXPECT_THAT(error_of(fault + "kind = \"throw\"\ntask = 5\n"), HasSubstr("from 0 to 4"));
  EXPECT_THAT(error_of(fault + "kind = \"throw\"\nms = 5\n"), HasSubstr("kind = \"slow\" only"));
  EXPECT_THAT(error_of(fault + "kind = \"slow\"\n"), HasSubstr("'ms' is missing"));
  EXPECT_THAT(error_of(fault + "kind = \"kill\"\nworker = \"some\"\n"), HasSubstr("\"all\""));
  EXPECT_THAT(error_of(fault + "kind = \"exit\"\ncode = 256\n"), HasSubstr("from 0 to 255"));
}

TEST(ScenarioFile, RefusesMoreFaultsThanCanBeInjected) {
  std::string text = kHead;
  for (int i = 0; i < 32; ++i) text += "[[fault]]\nkind = \"throw\"\n";
  EXPECT_EQ(error_of(text), "none");
  EXPECT_THAT(error_of(text + "[[fault]]\nkind = \"throw\"\n"),
              StartsWith("dir/x.toml:68: a scenario has at most 32 faults"));
}

// So that a scenario can be given to somebody who has other subjects.
TEST(ScenarioFile, WarnsOfASubjectThatIsNotKnownHere) {
  const Scenario scenario =
      parse_scenario(kHead + "[expect.\"naiv\"]\nverdict = \"hang\"\n", "dir/x.toml", kSubjects);
  ASSERT_EQ(scenario.warnings.size(), 1U);
  EXPECT_THAT(scenario.warnings[0],
              StartsWith("dir/x.toml:4: 'naiv' is not a subject (did you mean 'naive'?)"));
}

TEST(ScenarioFile, RefusesExpectationsThatCannotBe) {
  EXPECT_THAT(error_of(kHead + "[expect.\"naive/moon\"]\nverdict = \"hang\"\n"),
              HasSubstr("'moon' is not a runtime"));
  EXPECT_THAT(error_of(kHead + "[expect.\"naive\"]\nverdict = \"fine\"\n"),
              HasSubstr("'fine' is not a value of 'verdict'"));
  EXPECT_THAT(
      error_of(kHead + "[expect.\"naive\"]\nverdict = \"completed\"\nhang = \"full-queue\"\n"),
      StartsWith("dir/x.toml:6: 'hang' is for verdict"));
  EXPECT_THAT(error_of(kHead + "[expect.\"naive\"]\nverdict = \"completed\"\nok = 6\n"),
              HasSubstr("from 0 to 5"));
}

std::string error_of_file(const std::string& file) {
  try {
    load_scenario(file, kSubjects);
  } catch (const TomlFileError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "none";
}

TEST(ScenarioFile, ReadsOnlyRegularFilesOfASensibleSize) {
  const testing::TestDirectory directory;
  EXPECT_EQ(error_of_file(directory.write("good.toml", kHead)), "none");
  EXPECT_THAT(error_of_file("/dev/zero"), StartsWith("/dev/zero:1: is not a regular file"));
  const std::string pipe = (directory.path() / "pipe.toml").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of_file(pipe), HasSubstr(":1: is not a regular file"));
  const std::string large = directory.write("large.toml", kHead + std::string(1 << 20, '#'));
  EXPECT_THAT(error_of_file(large), HasSubstr(":1: has more than 1048576 bytes"));
  EXPECT_THAT(error_of_file(std::string(5000, 'x') + ".toml"), HasSubstr(":1: cannot be read"));
  EXPECT_THAT(error_of_file("/proc/self/mem"), HasSubstr(":1: cannot be read"));  // EIO at 0
}

}  // namespace
}  // namespace workbench::scenarios
