// Tracebacks for a person: what is folded, and what is not.
#include "scenarios/report/traceback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace workbench::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kParse = "parse(std::string const&) at my_action.cc:12";
const std::string kCheck = "check(int) at my_action.cc:31";
const std::string kInjector = "workbench::scenarios::strike() at scenarios/inject/injector.cc:9";
const std::string kReactor = "workbench::reactor::work() at reactor/reactor.h:40";
const std::string kWorker = "workbench::threads::live() at core/threads/runtime.h:107";
const std::string kPool = "naive::work() at naive/pool.h:30";
const std::string kInvoke = "std::invoke<int>(int) at /usr/include/c++/12/functional:113";
const std::string kThread = "start_thread in /lib/x86_64-linux-gnu/libc.so.6";

std::vector<std::string> folded(const std::vector<std::string>& frames) {
  return folded(frames, Frames::of_the_user);
}

TEST(Traceback, KeepsTheFramesOfTheUser) {
  EXPECT_THAT(folded({kParse, kCheck}), ElementsAre(kParse, kCheck));
  EXPECT_THAT(folded({}), IsEmpty());
}

TEST(Traceback, FoldsARunOfOursIntoOneLineWithItsCount) {
  EXPECT_THAT(folded({kParse, kCheck, kReactor, kWorker, kPool}),
              ElementsAre(kParse, kCheck, "  (3 frames of the workbench)"));
  EXPECT_THAT(folded({kParse, kReactor, kCheck}),
              ElementsAre(kParse, "  (1 frame of the workbench)", kCheck));
}

TEST(Traceback, FoldsTheLibrariesBetweenAndAroundOurs) {
  EXPECT_THAT(folded({kParse, kInvoke, kReactor, kInvoke, kWorker, kInvoke, kThread}),
              ElementsAre(kParse, "  (6 frames of the workbench)"));
}

TEST(Traceback, KeepsLibrariesAmongFramesOfTheUser) {
  EXPECT_THAT(folded({kParse, kInvoke, kInvoke, kCheck, kInvoke}),
              ElementsAre(kParse, kInvoke, kInvoke, kCheck, kInvoke));
}

TEST(Traceback, KeepsTheThrowPointWhoseverItIs) {
  EXPECT_THAT(folded({kInjector, kReactor, kCheck}),
              ElementsAre(kInjector, "  (1 frame of the workbench)", kCheck));
  EXPECT_THAT(folded({kInvoke, kReactor}), ElementsAre(kInvoke, "  (1 frame of the workbench)"));
  EXPECT_THAT(folded({kInjector}), ElementsAre(kInjector));
}

TEST(Traceback, FoldsEachRunByItself) {
  EXPECT_THAT(
      folded({kParse, kReactor, kCheck, kReactor, kWorker}),
      ElementsAre(kParse, "  (1 frame of the workbench)", kCheck, "  (2 frames of the workbench)"));
}

TEST(Traceback, TakesAPoolThatIsTriedForAUsers) {
  const std::string pool = "workbench::my_pool() at scenarios/subjects/pools/my_pool.cc:20";
  const std::string action =
      "workbench::scenarios::Add::operator() at scenarios/subjects/workload.h:9";
  EXPECT_THAT(folded({kParse, action, pool, kWorker}),
              ElementsAre(kParse, action, pool, "  (1 frame of the workbench)"));
}

TEST(Traceback, KnowsOursByTheirNamespaceWhereTheFileIsUnknown) {
  EXPECT_THAT(folded({kParse, "workbench::reactor::work() in ./a.out", "my::work() in ./a.out"}),
              ElementsAre(kParse, "  (1 frame of the workbench)", "my::work() in ./a.out"));
}

TEST(Traceback, KeepsAllWhereAllAreWanted) {
  const std::vector<std::string> frames{kParse, kReactor, kInvoke, kWorker, kThread};
  EXPECT_EQ(folded(frames, Frames::all), frames);
}

}  // namespace
}  // namespace workbench::scenarios
