// The bell that one process rings for another, and when it does so.
#include "core/processes/doorbell.h"

#include <gtest/gtest.h>
#include <poll.h>

namespace workbench::processes {
namespace {

bool rings(const Doorbell& bell) {
  pollfd fd{.fd = bell.fd(), .events = POLLIN, .revents = 0};
  return poll(&fd, 1, 0) == 1;
}

TEST(Doorbell, DoesNotRingForWhoIsAwake) {
  const Doorbell bell;
  SleepFlag asleep{0};
  bell.ring_if(asleep);
  EXPECT_FALSE(rings(bell));
}

TEST(Doorbell, RingsOnceForWhoSleepsAndTakesTheWordBack) {
  const Doorbell bell;
  SleepFlag asleep{1};
  bell.ring_if(asleep);
  EXPECT_TRUE(rings(bell));
  EXPECT_EQ(asleep, 0U);
  bell.silence();
  bell.ring_if(asleep);
  EXPECT_FALSE(rings(bell));
}

TEST(Doorbell, ForgetsAllRingsWhenSilenced) {
  const Doorbell bell;
  for (int ring = 0; ring < 3; ++ring) {
    SleepFlag asleep{1};
    bell.ring_if(asleep);
  }
  bell.silence();
  EXPECT_FALSE(rings(bell));
  bell.silence();  // without a ring it does not wait for one
}

}  // namespace
}  // namespace workbench::processes
