// What `workbench` refuses in one line, and what it does when its output is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/command_line.h"

namespace workbench {
namespace {

using testing::Child;
using testing::expect_one_line_and_exit_2;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::workbench;

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

// A file's name and a word of the command line may hold a line's end, too.
TEST(Cli, RefusesWrongUseInOneLineWhateverItQuotes) {
  expect_one_line_and_exit_2({"frob\nnicate"}, "frob");
  expect_one_line_and_exit_2({"compare", "--col\nour"}, "--col");
  expect_one_line_and_exit_2({"compare", "no\n-fault"}, "no?-fault");
  expect_one_line_and_exit_2({"compare", "/no\nwhere.toml"}, "/no?where.toml:1");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "na\nive"}, "na?ive");
  expect_one_line_and_exit_2({"run", "no-fault", "--subject", "naive", "--tasks", "\n"}, "--tasks");
  expect_one_line_and_exit_2({"explain", "ha\nng"}, "ha?ng");
  expect_one_line_and_exit_2({"watch", "--", "/no\nwhere"}, "No such file");
  expect_one_line_and_exit_2({"grade", "no\nexercise", "x"}, "no?exercise");
  expect_one_line_and_exit_2({"compare", "--subjects", "/no\nwhere"}, "/no?where");
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

TEST(Cli, WritesNothingOfItsOwnToAnOutputThatIsClosed) {
  const std::string command = WORKBENCH_PROGRAM " run no-fault --subject naive >&-";
  const auto result = Child({"/bin/sh", "-c", command}).wait();
  EXPECT_EQ(result.code, 4);
  EXPECT_EQ(result.err, "workbench: cannot write the output\n");
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

TEST(Cli, SaysWhenTheTraceCannotBeWritten) {
  const auto result =
      workbench({"run", "no-fault", "--subject", "naive", "--trace", "/nowhere/trace"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("cannot write to /nowhere/trace"));
}

TEST(Cli, SaysAtOnceWhenTheJUnitFileCannotBeWritten) {
  const auto nowhere = workbench({"compare", "no-fault", "--junit", "/nowhere/out.xml"});
  EXPECT_EQ(nowhere.code, 4);
  EXPECT_THAT(nowhere.out, IsEmpty());
  EXPECT_THAT(nowhere.err, HasSubstr("cannot write to /nowhere/out.xml"));
  EXPECT_EQ(workbench({"compare", "no-fault", "--junit", "/dev/full"}).code, 4);
}

}  // namespace
}  // namespace workbench
