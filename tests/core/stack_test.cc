// The names of functions in a traceback.
#include "core/stack.h"

#include <gtest/gtest.h>

#include <string>

namespace workbench {
namespace {

// Longer than a list may be, and just as long.
const std::string kLong(81, 'x');
const std::string kLine(80, 'x');

void expect_kept(const std::string& name) {
  EXPECT_EQ(without_long_template_arguments(name), name);
}

void expect_shortened(const std::string& name, const std::string& shorter) {
  EXPECT_EQ(without_long_template_arguments(name), shorter);
}

TEST(TemplateArguments, AreKeptUpToALine) {
  expect_kept("");
  expect_kept("main");
  expect_kept("f<int, g<char> >(int)");
  expect_kept("f<" + kLine + ">(int)");
}

TEST(TemplateArguments, AreLeftOutWhereTheyAreLonger) {
  expect_shortened("f<" + kLong + ">(int)", "f<...>(int)");
  expect_shortened("f<" + kLong + ">(g<" + kLong + ">) const", "f<...>(g<...>) const");
}

TEST(TemplateArguments, AreLeftOutWhereTheyAreLongAndNotAroundThat) {
  expect_shortened("f<g<" + kLong + ">, int>(int)", "f<g<...>, int>(int)");
}

TEST(TemplateArguments, AreLeftOutIfManyShortListsAreLongTogether) {
  std::string arguments = "g<int>";
  for (int i = 0; i < 20; ++i) arguments += ", g<int>";
  expect_shortened("f<" + arguments + ">(int)", "f<...>(int)");
}

TEST(TemplateArguments, AreNotBegunByAnOperator) {
  expect_kept("a::operator<(a const&) const");
  expect_kept("a::operator>(a const&) const");
  expect_kept("a::operator<=>(a const&) const");
  expect_kept("operator<<(std::ostream&, a const&)");
  expect_kept("operator>>(std::istream&, a&)");
  expect_kept("std::unique_ptr<a>::operator->() const");
  expect_kept("std::operator<< <char>(std::ostream&, char)");
}

TEST(TemplateArguments, AreLeftOutBehindAnOperator) {
  expect_shortened("std::operator<< <" + kLong + ">(std::ostream&)",
                   "std::operator<< <...>(std::ostream&)");
  expect_shortened("a::operator()<" + kLong + ">(int) const", "a::operator()<...>(int) const");
  expect_shortened("p<" + kLong + ">::operator->() const", "p<...>::operator->() const");
  expect_shortened("f<&a::operator->, " + kLong + ">(int)", "f<...>(int)");
}

TEST(TemplateArguments, MayBeLambdas) {
  expect_kept("f<g(int)::{lambda(auto:1)#1}>(g(int)::{lambda(auto:1)#1})");
  expect_kept("g(int)::{lambda(int)#1}::operator()(int) const");
  expect_shortened("f<g(int)::{lambda(" + kLong + ")#1}>(int)", "f<...>(int)");
  expect_shortened("auto f<" + kLong + ">(int)::{lambda()#1}::operator()() const",
                   "auto f<...>(int)::{lambda()#1}::operator()() const");
}

TEST(TemplateArguments, AreKeptWhereTheyDoNotEnd) { expect_kept("f<" + kLong); }

}  // namespace
}  // namespace workbench
