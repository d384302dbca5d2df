// `workbench report`: all of it as one page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestDirectory;
using testing::workbench;

TEST(Cli, WritesTheReportAsOnePage) {
  const TestDirectory directory;
  const auto result = workbench({"report", "--output", (directory.path() / "report").string()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::EndsWith("/report/index.html\n"));
  std::ifstream in(result.out.substr(0, result.out.size() - 1));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr("workbench run one-task-throws --subject naive"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));  // it needs no other file
}

}  // namespace
}  // namespace workbench
