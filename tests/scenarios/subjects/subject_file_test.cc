// A file that describes a subject: what is wrong with it is said in one line, with the place.
#include "scenarios/subjects/outside/subject_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/applicability.h"
#include "tests/support/test_directory.h"

namespace workbench::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kGood = R"([subject]
name = "mine"
description = "a pool"
command = "./mine"
)";

TEST(SubjectFile, IsRead) {
  const SubjectFile file = parse_subject(std::string(kGood) + R"(language = "Tcl"
runtime = "processes"
hosts = ["throw", "kill"]
needs = ["sh"]
deadline_ms = 500

[expect."one-task-throws"]
verdict = "reported"
failed = 1
why = "Each future keeps its exception."
)",
                                         "dir/mine.toml");
  const Subject& subject = file.subject;
  EXPECT_EQ(subject.name, "mine");
  EXPECT_THAT(subject.runtimes, ElementsAre(RuntimeKind::processes));
  ASSERT_TRUE(subject.program);
  EXPECT_EQ(subject.program->command, "./mine");
  EXPECT_TRUE(subject.program->directory.ends_with("/dir"));
  EXPECT_THAT(subject.program->hosts, ElementsAre(FaultKind::throw_standard, FaultKind::kill));
  EXPECT_EQ(subject.program->deadline, std::chrono::milliseconds(500));
  EXPECT_EQ(subject.expect.at("one-task-throws").verdict, Verdict::reported);
  EXPECT_EQ(subject.expect.at("one-task-throws").why, "Each future keeps its exception.");
  EXPECT_EQ(file.why_skipped, "");
  EXPECT_THAT(file.warnings, IsEmpty());
}

TEST(SubjectFile, IsSkippedWhereWhatItNeedsIsNotThere) {
  const SubjectFile file =
      parse_subject(std::string(kGood) + "needs = [\"sh\", \"no-such-language\"]\n", "mine.toml");
  EXPECT_THAT(file.why_skipped, HasSubstr("no-such-language"));
}

TEST(SubjectFile, WarnsOfAScenarioThatIsPerhapsMisspelt) {
  const SubjectFile file = parse_subject(
      std::string(kGood) + "[expect.\"one-task-trows\"]\nverdict = \"hang\"\n", "mine.toml");
  EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("did you mean 'one-task-throws'?")));
}

TEST(SubjectFile, MayExpectSomethingOfAScenarioOfTheUsersOwn) {
  const SubjectFile file = parse_subject(
      std::string(kGood) + "[expect.\"quite-another-thing\"]\nverdict = \"hang\"\n", "mine.toml");
  EXPECT_THAT(file.warnings, IsEmpty());
}

struct Bad {
  const char* name;
  std::string text;
  const char* what;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

const std::vector<Bad> kBad{
    {"Empty", "", "'subject' is missing"},
    {"EmptyWhy", std::string(kGood) + "[expect.\"no-fault\"]\nverdict = \"completed\"\nwhy = \"\"",
     "'why' must be a text that says something"},
    {"NotToml", "[subject", "mine.toml:1: not TOML"},
    {"NoTable", "subject = 1", "'subject' must be written as [subject]"},
    {"NoName", "[subject]\ndescription = \"x\"\ncommand = \"x\"", "'name' is missing"},
    {"NoDescription", "[subject]\nname = \"x\"\ncommand = \"x\"", "'description' is missing"},
    {"NoCommand", "[subject]\nname = \"x\"\ndescription = \"x\"", "'command' is missing"},
    {"AnEmptyName", "[subject]\nname = \"\"", "mine.toml:2: 'name' must be a text"},
    {"ANameWithBlanks", "[subject]\nname = \"my pool\"", "'my pool' is no name of a subject"},
    {"ANameWithASlash", "[subject]\nname = \"a/b\"", "is no name of a subject"},
    {"ANameThatIsNoText", "[subject]\nname = 7", "'name' must be a text"},
    {"AnUnknownKey", std::string(kGood) + "colour = \"red\"", "mine.toml:5: 'colour' is not a key"},
    {"AnUnknownRuntime", std::string(kGood) + "runtime = \"fibers\"",
     "'fibers' is not a value of 'runtime'"},
    {"TheSimulatedRuntime", std::string(kGood) + "runtime = \"simulated\"",
     "must be threads or processes"},
    {"AnUnknownFault", std::string(kGood) + "hosts = [\"trow\"]", "did you mean 'throw'?"},
    {"HostsAsText", std::string(kGood) + "hosts = \"throw\"", "'hosts' must be a list of texts"},
    {"AWindowThatIsNotForIt", std::string(kGood) + "windows = [\"before-pop\"]",
     "'before-pop' is no window of a pool from outside"},
    {"AnUnknownUsage", std::string(kGood) + "usages = [\"nestled\"]", "did you mean 'nested'?"},
    {"HostsNothing", std::string(kGood) + "hosts = []", "'hosts' must name a kind of fault"},
    {"NeedsOfNumbers", std::string(kGood) + "needs = [1]", "'needs' must be a text"},
    {"ADeadlineOfZero", std::string(kGood) + "deadline_ms = 0", "from 1 to 3600000"},
    {"AnUnknownVerdict", std::string(kGood) + "[expect.\"no-fault\"]\nverdict = \"fine\"",
     "'fine' is not a value of 'verdict'"},
    {"AnExpectationThatIsNoTable", std::string(kGood) + "[expect]\nno-fault = 1",
     "must be written as [expect.\"no-fault\"]"},
    {"AnotherTable", std::string(kGood) + "[subjects]", "'subjects' is not a key"},
};

class BadSubjectFile : public ::testing::TestWithParam<Bad> {};

TEST_P(BadSubjectFile, IsRefusedInOneLineThatSaysWhere) {
  try {
    parse_subject(GetParam().text, "mine.toml");
    FAIL() << "it was accepted";
  } catch (const TomlFileError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().what));
    EXPECT_THAT(error.what(), ::testing::StartsWith("mine.toml:"));
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("\n")));
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadSubjectFile, ::testing::ValuesIn(kBad),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST(SubjectDirectory, IsReadInTheOrderOfItsNames) {
  const testing::TestDirectory directory;
  directory.write("b.toml", "[subject]\nname=\"two\"\ndescription=\"x\"\ncommand=\"x\"");
  directory.write("a.toml", "[subject]\nname=\"one\"\ndescription=\"x\"\ncommand=\"x\"");
  directory.write("notes.txt", "not a subject");
  const auto files = subject_files_in(directory.path().string());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(load_subject(files[0]).subject.name, "one");
  EXPECT_EQ(load_subject(files[1]).subject.name, "two");
}

TEST(SubjectDirectory, IsRefusedIfThereIsNothing) {
  const testing::TestDirectory directory;
  EXPECT_THROW(subject_files_in(directory.path().string()), UsageError);
  EXPECT_THROW(subject_files_in((directory.path() / "none").string()), UsageError);
}

// ---- what a pool can host that is not ours

Subject outside_subject() {
  return {.name = "mine",
          .description = "a pool",
          .runtimes = {RuntimeKind::threads},
          .run = {},
          .program = OutsideProgram{.command = "./mine", .hosts = {FaultKind::throw_standard}}};
}

std::string why_not(const Fault& fault) {
  Scenario scenario;
  scenario.faults = {fault};
  return why_not_applicable(scenario, outside_subject());
}

TEST(Applicability, AnActionIsAllThatCanBeStruck) {
  EXPECT_EQ(why_not({.task = TaskId{1}}), "");
  EXPECT_THAT(why_not({.at = Window::after_pop}), HasSubstr("after-pop"));
  EXPECT_THAT(why_not({.worker = WorkerId{0}}), HasSubstr("numbers"));
  EXPECT_THAT(why_not({.pop = 1}), HasSubstr("pops"));
  EXPECT_THAT(why_not({.kind = FaultKind::kill}), HasSubstr("kill"));
}

TEST(Applicability, OtherWindowsMustBeNamed) {
  Scenario scenario;
  scenario.faults = {{.at = Window::while_pushing}, {.at = Window::starting, .worker = 1}};
  Subject subject = outside_subject();
  EXPECT_THAT(why_not_applicable(scenario, subject), HasSubstr("while-pushing"));
  subject.program->windows = {Window::while_pushing};
  EXPECT_THAT(why_not_applicable(scenario, subject), HasSubstr("starting"));
  subject.program->windows.push_back(Window::starting);
  EXPECT_EQ(why_not_applicable(scenario, subject), "");
}

TEST(Applicability, AUsageMustBeNamed) {
  Scenario scenario;
  scenario.usage = Usage::nested;
  Subject subject = outside_subject();
  EXPECT_THAT(why_not_applicable(scenario, subject), HasSubstr("not used in this way: nested"));
  subject.usages = {Usage::two_callers, Usage::nested};
  EXPECT_EQ(why_not_applicable(scenario, subject), "");
  subject.on_our_runtimes = true;
  subject.usages.clear();
  EXPECT_NE(why_not_applicable(scenario, subject), "");
}

TEST(Applicability, SettingsOfOurOwnPoolsAreNotIgnored) {
  Scenario scenario;
  scenario.queue_capacity = 1;
  EXPECT_NE(why_not_applicable(scenario, outside_subject()), "");
  scenario = {};
  scenario.runs = 2;
  EXPECT_NE(why_not_applicable(scenario, outside_subject()), "");
  scenario = {};
  scenario.on_escape = OnEscape::terminate;
  EXPECT_NE(why_not_applicable(scenario, outside_subject()), "");
}

}  // namespace
}  // namespace workbench::scenarios
