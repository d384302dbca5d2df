// `workbench report`: all of it as one page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TestDirectory;
using testing::workbench;

// What the group of the expression matches.
std::vector<std::string> all_in(const std::string& text, const char* expression) {
  const std::regex regex(expression);
  std::vector<std::string> found;
  for (auto each = std::sregex_iterator(text.begin(), text.end(), regex);
       each != std::sregex_iterator(); ++each) {
    found.push_back((*each)[1]);
  }
  return found;
}

TEST(Cli, WritesTheReportAsOnePage) {
  const TestDirectory directory;
  const auto result = workbench({"report", "--output", (directory.path() / "report").string()});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::EndsWith("/report/index.html\n"));
  std::ifstream in(result.out.substr(0, result.out.size() - 1));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr("workbench run one-task-throws --subject naive"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(page, Not(HasSubstr("src=")));                   // it needs no other file
  EXPECT_THAT(page, HasSubstr("first cause: task 3 throws"));  // a timeline

  const std::vector<std::string> ids = all_in(page, " id=\"([^\"]*)\"");
  const std::set<std::string> known(ids.begin(), ids.end());
  EXPECT_EQ(known.size(), ids.size()) << "an id is there twice";
  for (const std::string& link : all_in(page, "href=\"#([^\"]*)\"")) {
    EXPECT_TRUE(known.contains(link)) << link;
  }
}

}  // namespace
}  // namespace workbench
