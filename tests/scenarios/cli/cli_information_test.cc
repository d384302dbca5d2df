// What `workbench` tells of itself: its help, its lists, its lessons.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scenarios/report/lessons.h"
#include "tests/support/command_line.h"

namespace workbench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::workbench;

TEST(Cli, AnswersHelpAndVersion) {
  for (const char* option : {"--help", "--version"}) {
    const auto result = workbench({option});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("workbench"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(Cli, ListsScenariosAndSubjects) {
  const auto result = workbench({"list"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("one-task-throws"));
  EXPECT_THAT(result.out, HasSubstr("reactor-stop-on-error"));
}

TEST(Cli, ListsWhatIsExpectedOfSimulatedRuns) {
  EXPECT_THAT(workbench({"list", "--json"}).out, HasSubstr("\"runtime\": \"simulated\""));
}

TEST(Cli, ExplainsEveryVerdict) {
  const auto names = scenarios::lesson_names();
  EXPECT_THAT(names, Contains("orphaned-wait"));
  for (const std::string& name : names) {
    const auto result = workbench({"explain", name});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, StartsWith(name));
  }
}

}  // namespace
}  // namespace workbench
