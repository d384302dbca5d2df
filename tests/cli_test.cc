// The command line of `workbench`, used as a user uses it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/child.h"

namespace workbench {
namespace {

using testing::Child;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
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
  const auto result = workbench({"compare"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("scenario "));
  EXPECT_THAT(result.out,
              ContainsRegex("all-workers-fail threads +hangs +error; 0 ok +error; 0 ok"));
  EXPECT_THAT(result.out, ContainsRegex("no-fault +threads +all 5 ok +all 5 ok +all 5 ok"));
  EXPECT_THAT(result.out, ContainsRegex("one-task-throws +threads +hangs +4 ok, 1 failed"));
  EXPECT_THAT(result.out, ContainsRegex("one-worker-fails threads +all 5 ok +all 5 ok +error; "));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST(Cli, ComparesOnlyWhatIsNamed) {
  const auto result = workbench({"compare", "no-fault"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
}

TEST(Cli, PaintsOnlyWhenItIsAsked) {
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "always"}).out, HasSubstr("\x1b["));
  EXPECT_THAT(workbench({"compare", "no-fault", "--color", "never"}).out, Not(HasSubstr("\x1b")));
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
}

}  // namespace
}  // namespace workbench
