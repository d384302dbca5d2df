// Pools from outside, on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::ContainsRegex;
using testing::expect_one_line_and_exit_2;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestDirectory;
using testing::workbench;

// Does its tasks one after the other, and tells of each error.
constexpr const char* kHonest = R"(
say() { printf '%s\n' "$1" >> "$WORKBENCH_ACCOUNT"; }
t=0
while [ $t -lt $WORKBENCH_TASKS ]; do
  say "{\"begun\":$t}"
  if [ "$WORKBENCH_FAULT_0_KIND" = throw ] && [ "$WORKBENCH_FAULT_0_TASK" = $t ]; then
    say "{\"struck\":0,\"task\":$t}"
    say "{\"result\":$t,\"outcome\":\"failed\",\"error\":\"$WORKBENCH_FAULT_0_MESSAGE\"}"
  else
    say "{\"result\":$t,\"outcome\":\"ok\",\"value\":$((4*t+3))}"
  fi
  t=$((t+1))
done
say '{"returned":true}'
)";

// Loses the last result, and says nothing.
constexpr const char* kLossy = R"(
printf '{"begun":0}\n{"result":0,"outcome":"ok","value":3}\n{"returned":true}\n' >> "$WORKBENCH_ACCOUNT"
)";

TEST(Subjects, ACommandIsPutThroughAScenario) {
  const auto result = workbench({"run", "one-task-throws", "--subject-command", kHonest, "--json"});
  EXPECT_EQ(result.code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["subject"], "command");
  EXPECT_EQ(json["verdict"], "reported");
  EXPECT_EQ(json["faults"][0]["struck"], 1);
  EXPECT_EQ(json["failures"][0]["what"], "boom");
  EXPECT_EQ(json["ledger"]["ok"], 4);
}

TEST(Subjects, ACommandIsComparedAndSummedUp) {
  const auto result = workbench(
      {"compare", "no-fault", "one-task-throws", "one-worker-fails", "--subject-command", kHonest});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, ContainsRegex("one-worker-fails threads +- not applicable"));
  EXPECT_THAT(result.out, ContainsRegex("one-task-throws +threads +[?] reported"));
  EXPECT_THAT(result.out, ContainsRegex("command +2 +2 +0 +0 +0 +0 +0 +yes"));
}

TEST(Subjects, AFaultThatNobodyHostsIsSaid) {
  const auto result = workbench({"run", "one-worker-fails", "--subject-command", kHonest});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("NOT APPLICABLE: a fault at before-pop"));
}

TEST(Subjects, AFaultThatStrikesNobodyIsSaid) {
  const auto result = workbench({"run", "action-is-killed", "--subject-command", kHonest});
  EXPECT_THAT(result.out, HasSubstr("NOT-REACHED"));
  EXPECT_THAT(result.out, HasSubstr("has not struck"));
}

TEST(Subjects, AVerdictCanBeMadeAFailure) {
  EXPECT_EQ(workbench({"run", "no-fault", "--subject-command", kLossy}).code, 0);
  const auto run =
      workbench({"run", "no-fault", "--subject-command", kLossy, "--fail-on", "hang,silent-loss"});
  EXPECT_EQ(run.code, 1) << run.out;
  const auto compare = workbench(
      {"compare", "no-fault", "--subject-command", kLossy, "--fail-on", "crash,silent-loss"});
  EXPECT_EQ(compare.code, 1) << compare.out;
  EXPECT_THAT(compare.out, HasSubstr("silent-loss: 1 ok, 4 missing"));
  expect_one_line_and_exit_2({"compare", "no-fault", "--fail-on", "hangs"}, "did you mean 'hang'?");
  const auto before =
      workbench({"compare", "--fail-on", "silent-loss", "no-fault", "--subject-command", kLossy});
  EXPECT_EQ(before.code, 1) << before.err;  // what stands behind it is a scenario
}

TEST(Subjects, ARunThatIsRepeatedCountsItsVerdicts) {
  // Every second run loses a result.
  const TestDirectory directory;
  const std::string flaky = "if mkdir " + (directory.path() / "odd").string() +
                            "; then :; else rmdir " + (directory.path() / "odd").string() + "\n" +
                            kLossy + "exit; fi\n" + kHonest;
  const auto run =
      workbench({"run", "no-fault", "--subject-command", flaky, "--repeat", "4", "--json"});
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["verdicts"], (nlohmann::json{{"completed", 2}, {"silent-loss", 2}}));
  EXPECT_EQ(json["verdict"], "silent-loss") << "one of the worst is shown";
  const auto one_of_them = workbench(
      {"run", "no-fault", "--subject-command", flaky, "--repeat", "4", "--fail-on", "completed"});
  EXPECT_EQ(one_of_them.code, 1) << "not only of the worst";
  const auto compare =
      workbench({"compare", "no-fault", "--subject-command", kHonest, "--repeat", "3"});
  EXPECT_THAT(compare.out, HasSubstr("? completed 3"));
}

TEST(Subjects, AFolderOfThemIsComparedWithWhatTheyExpect) {
  const TestDirectory directory;
  directory.write("lossy.sh", kLossy);
  directory.write("lossy.toml", R"([subject]
name = "lossy"
description = "loses a result"
command = "sh lossy.sh"
language = "sh"

[expect."no-fault"]
verdict = "silent-loss"
missing = 4
)");
  directory.write("elsewhere.toml",
                  "[subject]\nname=\"elsewhere\"\ndescription=\"x\"\ncommand=\"x\"\n"
                  "needs=[\"no-such-language\"]\n");
  const std::string path = directory.path().string();
  const auto result = workbench({"compare", "no-fault", "--subjects", path});
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("+ silent-loss"));
  EXPECT_THAT(result.err, HasSubstr("skipped elsewhere: needs no-such-language"));
  const auto list = workbench({"list", "--subjects", path});
  EXPECT_THAT(list.out, HasSubstr("lossy"));
  EXPECT_THAT(list.out, Not(HasSubstr("elsewhere")));
  // Another number of tasks is another scenario, of which nothing is expected.
  const auto other =
      workbench({"run", "no-fault", "--subjects", path, "--subject", "lossy", "--tasks", "1"});
  EXPECT_EQ(other.code, 0);
  EXPECT_THAT(other.out, Not(HasSubstr("as expected")));
}

TEST(Subjects, JUnitHasUnjudgedRunsAsSkipped) {
  const TestDirectory directory;
  const std::string file = (directory.path() / "junit.xml").string();
  workbench({"compare", "no-fault", "--subject-command", kHonest, "--junit", file});
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("tests=\"1\" failures=\"0\" skipped=\"1\""));
}

TEST(Subjects, JUnitTellsRepeatedRunsApart) {
  const TestDirectory directory;
  const std::string file = (directory.path() / "junit.xml").string();
  workbench(
      {"compare", "no-fault", "--subject-command", kHonest, "--repeat", "2", "--junit", file});
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, HasSubstr("name=\"scenario.no-fault.command.threads\""));
  EXPECT_THAT(text, HasSubstr("name=\"scenario.no-fault.command.threads.2\""));
}

// Whoever reads of a difference must be able to repeat its run.
TEST(Subjects, TheCommandThatRepeatsARunBringsItsSubjectAlong) {
  const TestDirectory directory;
  directory.write("an other.toml",
                  "[subject]\nname=\"other\"\ndescription=\"x\"\ncommand=\"true\"\n");
  const auto compare = workbench({"compare", "no-fault", "--subjects", directory.path().string()});
  EXPECT_THAT(compare.out, HasSubstr("workbench run no-fault --subjects " +
                                     directory.path().string() + " --subject other"));
  const auto command = workbench({"compare", "no-fault", "--subject-command", "echo 'it is'"});
  EXPECT_THAT(command.out,
              HasSubstr(R"(--subject-command 'echo '\''it is'\''' --subject command)"));
}

TEST(Subjects, ResultsThatDoNotCountAreNamedByTheirTasks) {
  std::string script = kHonest;
  script.insert(script.find("say '{\"returned"),
                "say '{\"result\":2,\"outcome\":\"ok\",\"value\":11}'\n"
                "say '{\"result\":1,\"outcome\":\"ok\",\"value\":9}'\n");
  const auto result = workbench({"run", "no-fault", "--subject-command", script});
  EXPECT_THAT(result.out, ContainsRegex("task 1 +its value is 9, and should be 7"));
  EXPECT_THAT(result.out, ContainsRegex("task 2 +was received more than once"));
}

TEST(Subjects, ABrokenFileIsRefusedButDoesNotKeepTheOthersOutOfTheList) {
  const TestDirectory directory;
  directory.write("broken.toml", "[subject");
  directory.write("good.toml", "[subject]\nname=\"good\"\ndescription=\"x\"\ncommand=\"x\"\n");
  const std::string path = directory.path().string();
  expect_one_line_and_exit_2({"compare", "no-fault", "--subjects", path},
                             "broken.toml:1: not TOML");
  const auto list = workbench({"list", "--subjects", path});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("good"));
  EXPECT_THAT(list.err, HasSubstr("broken.toml:1: not TOML"));
}

TEST(Subjects, ANameThatIsTakenIsSaidWithItsFile) {
  const TestDirectory directory;
  directory.write("mine.toml", "[subject]\nname=\"naive\"\ndescription=\"x\"\ncommand=\"x\"\n");
  directory.write("other.toml", "[subject]\nname=\"other\"\ndescription=\"x\"\ncommand=\"x\"\n");
  const std::string path = directory.path().string();
  expect_one_line_and_exit_2({"compare", "no-fault", "--subjects", path},
                             "mine.toml: there are two subjects named naive");
  const auto list = workbench({"list", "--subjects", path});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, HasSubstr("other"));
}

TEST(Subjects, WrongUseIsOneLine) {
  expect_one_line_and_exit_2({"run", "no-fault"}, "--subject is missing");
  expect_one_line_and_exit_2({"compare", "--subjects", "/no/such/directory"}, "/no/such/directory");
  expect_one_line_and_exit_2({"compare", "--repeat", "0"}, "--repeat");
  const TestDirectory bad;
  bad.write("bad.toml", "[subject]\nname = \"naive\"\ndescription = \"x\"\ncommand = \"x\"\n");
  expect_one_line_and_exit_2({"compare", "--subjects", bad.path().string()},
                             "two subjects named naive");
}

}  // namespace
}  // namespace workbench
