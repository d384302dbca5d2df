// What counts as different from the expectation, beyond what it says.
#include "scenarios/run/judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/cli/exit_code.h"

namespace workbench::scenarios {
namespace {

using enum OutcomeKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const Subject kSubject{.name = "mine",
                       .description = "",
                       .runtimes = {RuntimeKind::threads},
                       .on_our_runtimes = true,
                       .run = {}};

// The scenario must outlive what is judged by it.
Scenario expecting(Expectation expectation) {
  return {.name = "x", .title = "X", .why = "", .expect = {{"mine", std::move(expectation)}}};
}
const Scenario kOpen{.name = "x", .title = "X", .why = ""};

JudgedRun judged(const Scenario& scenario, const RunRecord& record) {
  return judge({&scenario, &kSubject}, record);
}

TEST(Judgement, FindsNothingWhereAllIsAsExpected) {
  RunRecord record{.verdict = Verdict::completed};
  record.result.tally = Tally{{ok, 5}};
  const Scenario scenario = expecting({.verdict = Verdict::completed, .counts = {{ok, 5}}});
  const JudgedRun run = judged(scenario, record);
  EXPECT_THAT(run.differences, IsEmpty());
  EXPECT_EQ(run.mark, Mark::as_expected);
}

TEST(Judgement, NamesWhatWasExpectedAndWhatWasSeen) {
  RunRecord record{.verdict = Verdict::reported};
  record.result.tally = Tally{{ok, 4}, {failed, 1}};
  const Scenario scenario = expecting({.verdict = Verdict::completed, .counts = {{ok, 5}}});
  const JudgedRun run = judged(scenario, record);
  EXPECT_THAT(run.differences,
              ElementsAre("verdict: expected completed, got reported", "ok: expected 5, got 4"));
  EXPECT_EQ(run.mark, Mark::different);
}

TEST(Judgement, WantsAHangProved) {
  const RunRecord record{
      .verdict = Verdict::hang,
      .hang = Hang{.kind = HangKind::orphaned_wait, .proof = Proof::corroborated}};
  const Scenario scenario = expecting({.verdict = Verdict::hang});
  EXPECT_THAT(judged(scenario, record).differences, ElementsAre(StartsWith("proof: ")));
}

TEST(Judgement, DoesNotAcceptWhatWasExpectedWhereNoFaultHasStruck) {
  RunRecord record{.verdict = Verdict::hang, .hang = Hang{.kind = HangKind::orphaned_wait}};
  record.faults = {{.fault = "throw in-action, task 0", .struck = 0}};
  const Scenario scenario = expecting({.verdict = Verdict::hang});
  EXPECT_THAT(judged(scenario, record).differences, ElementsAre("none of its faults has struck"));
  record.faults.front().struck = 1;
  EXPECT_THAT(judged(scenario, record).differences, IsEmpty());
}

TEST(Judgement, NeverTakesALostWakeupForTheExpectedHang) {
  const RunRecord record{.verdict = Verdict::hang, .hang = Hang{.kind = HangKind::lost_wakeup}};
  const Scenario scenario = expecting({.verdict = Verdict::hang});
  EXPECT_THAT(judged(scenario, record).differences, ElementsAre(StartsWith("hang: ")));
}

TEST(Judgement, NeverForgivesAProcessLeftBehind) {
  const RunRecord record{.verdict = Verdict::crash, .leaked_processes = 1};
  const Scenario scenario = expecting({.verdict = Verdict::crash});
  for (const Scenario* each : {&scenario, &kOpen}) {
    const JudgedRun run = judged(*each, record);
    EXPECT_THAT(run.differences, ElementsAre("processes left behind: expected 0, got 1"));
    EXPECT_EQ(run.mark, Mark::different);
    EXPECT_EQ(exit_code_of(run), kNotAsExpected);
  }
}

TEST(Judgement, WantsEveryTaskAccountedForWhereTheRunEndedWell) {
  RunRecord record{.verdict = Verdict::stopped};
  record.result.tally = Tally(5);
  const Scenario none = expecting({.verdict = Verdict::stopped});
  EXPECT_THAT(judged(none, record).differences, ElementsAre("missing: expected 0, got 5"));
  const Scenario all = expecting({.verdict = Verdict::stopped, .missing = 5});
  EXPECT_THAT(judged(all, record).differences, IsEmpty());
}

// Other pools throw the first error, and say nothing of the tasks.
TEST(Judgement, DoesNotWantThatOfAPoolThatIsNotOurs) {
  Subject other = kSubject;
  other.on_our_runtimes = false;
  RunRecord record{.verdict = Verdict::stopped};
  record.result.tally = Tally(5);
  const Scenario none = expecting({.verdict = Verdict::stopped});
  EXPECT_THAT(judge({&none, &other}, record).differences, IsEmpty());
  const Scenario all = expecting({.verdict = Verdict::stopped, .missing = 0});
  EXPECT_THAT(judge({&all, &other}, record).differences, ElementsAre("missing: expected 0, got 5"));
}

// What the program around a pool does wrong is never as expected.
TEST(Judgement, CallsAMistakeADifference) {
  RunRecord record{.verdict = Verdict::invalid};
  record.mistakes = {"account line 1: is not JSON"};
  const JudgedRun run = judged(kOpen, record);
  EXPECT_EQ(run.mark, Mark::different);
  EXPECT_THAT(run.differences, ElementsAre("account line 1: is not JSON"));
}

TEST(Judgement, SetsAsideWhereNothingWasDoneToThePool) {
  for (const Verdict verdict : {Verdict::not_reached, Verdict::not_applicable}) {
    RunRecord record{.verdict = verdict};
    record.result.tally = Tally(5);
    EXPECT_EQ(judged(kOpen, record).mark, Mark::aside);
    const Scenario as_expected = expecting({.verdict = verdict});
    EXPECT_TRUE(judged(as_expected, record).is_as_expected());
    const Scenario otherwise = expecting({.verdict = Verdict::completed});
    EXPECT_EQ(judged(otherwise, record).mark, Mark::different);
  }
}

TEST(Judgement, LeavesOpenWhatNothingIsExpectedOfUnlessPromisesCount) {
  for (const Verdict verdict : {Verdict::hang, Verdict::silent_loss, Verdict::crash}) {
    const RunRecord record{.verdict = verdict};
    EXPECT_EQ(judge({&kOpen, &kSubject}, record).mark, Mark::open);
    EXPECT_EQ(judge({&kOpen, &kSubject}, record, WhereOpen::promises_count).mark, Mark::different);
  }
  const RunRecord fine{.verdict = Verdict::stopped};
  EXPECT_EQ(judge({&kOpen, &kSubject}, fine, WhereOpen::promises_count).mark, Mark::open);
}

TEST(ExitCode, KeepsThatOfAHangForProvedOnes) {
  RunRecord record{.verdict = Verdict::hang, .hang = Hang{.kind = HangKind::orphaned_wait}};
  EXPECT_EQ(exit_code_of(judged(kOpen, record)), kHang);
  record.hang->proof = Proof::corroborated;
  EXPECT_EQ(exit_code_of(judged(kOpen, record)), kDeadline);
}

}  // namespace
}  // namespace workbench::scenarios
