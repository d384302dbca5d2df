// A slow run is not a stuck one.
#include "scenarios/run/patience.h"

#include <gtest/gtest.h>

namespace workbench::scenarios {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart{seconds(1000)};

TEST(Patience, OfARunThatIsSilentEndsAtItsDeadline) {
  EXPECT_EQ(given_up_at(kStart, kStart, seconds(10)), kStart + seconds(10));
}

TEST(Patience, BeginsAnewWithEachSignOfLife) {
  EXPECT_EQ(given_up_at(kStart, kStart + seconds(9), seconds(10)), kStart + seconds(19));
}

TEST(Patience, EndsForWhoeverGivesSignsOfLifeForEver) {
  EXPECT_EQ(given_up_at(kStart, kStart + seconds(99), seconds(10)), kStart + seconds(100));
}

TEST(Patience, MayBeLongerThanTimeItself) {
  EXPECT_EQ(given_up_at(TimePoint::max() - seconds(1), TimePoint::max() - seconds(1), seconds(10)),
            TimePoint::max());
}

}  // namespace
}  // namespace workbench::scenarios
