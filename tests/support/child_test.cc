// The tests' own helper that runs programs.
#include "tests/support/child.h"

#include <gtest/gtest.h>

#include <string>

namespace workbench::testing {
namespace {

TEST(Child, SeesWhatIsLeftBehindInAnyGroup) {
  const std::string in_own_group = "setsid sleep 1000 & ";
  Child other({"/bin/sleep", "1000"});  // does not count
  EXPECT_TRUE(Child({"/bin/sh", "-c", in_own_group}).wait().left_workers_behind);
  EXPECT_FALSE(Child({"/bin/sh", "-c", "true"}).wait().left_workers_behind);
}

}  // namespace
}  // namespace workbench::testing
