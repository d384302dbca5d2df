// A machine may have no libdw. Then a traceback has addresses, and nothing else is lost.
//
// This program is such a machine: no library can be loaded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "core/failure.h"

// In place of the system's.
extern "C" void* dlopen(const char* /*file*/, int /*mode*/) { return nullptr; }

namespace workbench {
namespace {

TEST(WithoutLibdw, ATracebackIsMadeOfAddresses) {
  Failure failure;
  try {
    throw std::runtime_error("boom");
  } catch (...) {
    failure = current_failure();
  }
  EXPECT_EQ(failure.headline(), "std::runtime_error: boom");
  EXPECT_FALSE(failure.stack.empty());
  EXPECT_EQ(failure.trace().size(), failure.stack.size());
  EXPECT_THAT(failure.trace(), testing::Each(testing::StartsWith("0x")));
}

}  // namespace
}  // namespace workbench
