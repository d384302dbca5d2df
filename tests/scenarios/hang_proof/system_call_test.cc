// What a blocked thread waits for, read from its system call.
#include "scenarios/hang_proof/system_call.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <string>

namespace workbench::hang_proof {
namespace {

TEST(KernelCall, KnowsWhichCallsWaitWithoutALimit) {
  const auto waits_for = [](const std::string& line) {
    return parse_system_call(line)->waits_for();
  };
  const auto call = [](long number, const std::string& arguments) {
    return std::to_string(number) + " " + arguments + " 0x7ffc 0x7fab";
  };
  EXPECT_EQ(waits_for(call(SYS_futex, "0x1000 0x80 0x2 0x0 0x0 0x0")), WaitsFor::futex);
  EXPECT_EQ(waits_for(call(SYS_futex, "0x1000 0x80 0x2 0x7ffd 0x0 0x0")), WaitsFor::nothing);
  EXPECT_EQ(waits_for(call(SYS_futex, "0x1000 0x81 0x2 0x0 0x0 0x0")), WaitsFor::nothing);  // wakes
  EXPECT_EQ(waits_for(call(SYS_read, "0x3 0x7ffd 0x1 0x0 0x0 0x0")), WaitsFor::descriptor);
  EXPECT_EQ(waits_for(call(SYS_ppoll, "0x7ffd 0x1 0x0 0x0 0x0 0x0")), WaitsFor::poll);
  EXPECT_EQ(waits_for(call(SYS_ppoll, "0x7ffd 0x1 0x7ffc 0x0 0x0 0x0")), WaitsFor::nothing);
  EXPECT_EQ(waits_for(call(SYS_wait4, "0xffffffff 0x0 0x0 0x0 0x0 0x0")), WaitsFor::child);
  EXPECT_EQ(waits_for(call(SYS_wait4, "0xffffffff 0x0 0x1 0x0 0x0 0x0")), WaitsFor::nothing);
  EXPECT_EQ(waits_for(call(SYS_restart_syscall, "0x0 0x0 0x0 0x0 0x0 0x0")), WaitsFor::nothing);
  EXPECT_EQ(waits_for(call(999'999, "0x0 0x0 0x0 0x0 0x0 0x0")), WaitsFor::the_outside);
  EXPECT_FALSE(parse_system_call("running"));
  EXPECT_FALSE(parse_system_call("-1 0x7ffc 0x7fab"));
  EXPECT_FALSE(parse_system_call(""));
}

}  // namespace
}  // namespace workbench::hang_proof
