// Text from outside, made safe to print.
#include "core/one_line.h"

#include <gtest/gtest.h>

#include <string>

namespace workbench {
namespace {

TEST(OneLine, HasNoControlCharacters) { EXPECT_EQ(on_one_line("a\nb\x1b[31mc\x7f"), "a?b?[31mc?"); }

TEST(Shortened, KeepsWhatIsShort) { EXPECT_EQ(shortened("abc", 3), "abc"); }

TEST(Shortened, CutsNoCharacterInTwo) {
  const std::string text = "a\u00e4\u20ac\U0001f600";  // of 1, 2, 3 and 4 bytes
  const std::string whole[] = {"", "a", "a", "a\u00e4", "a\u00e4", "a\u00e4", "a\u00e4\u20ac"};
  for (std::size_t most = 0; most < 7; ++most) {
    EXPECT_EQ(shortened(text, most), whole[most] + "...") << most;
  }
}

}  // namespace
}  // namespace workbench
