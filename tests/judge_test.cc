// What counts as different from the expectation, beyond what it says.
#include "scenarios/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace workbench::scenarios {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Judge, FindsNothingWhereAllIsAsExpected) {
  RunRecord record{.verdict = Verdict::completed};
  record.account.ledger = {.submitted = 5, .ok = 5};
  EXPECT_THAT(differences(record, {.verdict = Verdict::completed, .ok = 5}), IsEmpty());
}

TEST(Judge, NamesWhatWasExpectedAndWhatWasSeen) {
  RunRecord record{.verdict = Verdict::reported};
  record.account.ledger = {.submitted = 5, .ok = 4, .failed = 1};
  EXPECT_THAT(differences(record, {.verdict = Verdict::completed, .ok = 5}),
              ElementsAre("verdict: expected completed, got reported", "ok: expected 5, got 4"));
}

TEST(Judge, WantsAHangProved) {
  const RunRecord record{
      .verdict = Verdict::hang,
      .hang = Hang{.kind = HangKind::orphaned_wait, .proof = Proof::corroborated}};
  EXPECT_THAT(differences(record, {.verdict = Verdict::hang}), ElementsAre(StartsWith("proof: ")));
}

TEST(Judge, NeverTakesALostWakeupForTheExpectedHang) {
  const RunRecord record{.verdict = Verdict::hang, .hang = Hang{.kind = HangKind::lost_wakeup}};
  EXPECT_THAT(differences(record, {.verdict = Verdict::hang}), ElementsAre(StartsWith("hang: ")));
}

TEST(Judge, NeverForgivesAProcessLeftBehind) {
  const RunRecord record{.verdict = Verdict::crash, .leaked_processes = 1};
  EXPECT_THAT(differences(record, {.verdict = Verdict::crash}),
              ElementsAre("processes left behind: expected 0, got 1"));
}

TEST(Judge, KeepsTheExitCodeOfAHangForProvedOnes) {
  RunRecord record{.verdict = Verdict::hang, .hang = Hang{.kind = HangKind::orphaned_wait}};
  EXPECT_EQ(exit_code_of(record, nullptr), kHang);
  record.hang->proof = Proof::corroborated;
  EXPECT_EQ(exit_code_of(record, nullptr), kDeadline);
}

TEST(Judge, NeverForgivesAProcessLeftBehindWhereNothingIsExpected) {
  const RunRecord record{.verdict = Verdict::completed, .leaked_processes = 1};
  EXPECT_THAT(differences(record, nullptr),
              ElementsAre("processes left behind: expected 0, got 1"));
  EXPECT_EQ(exit_code_of(record, nullptr), kNotAsExpected);
}

TEST(Judge, WantsEveryTaskAccountedForWhereTheRunEndedWell) {
  RunRecord record{.verdict = Verdict::stopped};
  record.account.ledger = {.submitted = 5, .missing = 5};
  EXPECT_THAT(differences(record, {.verdict = Verdict::stopped}),
              ElementsAre("missing: expected 0, got 5"));
  EXPECT_THAT(differences(record, {.verdict = Verdict::stopped, .missing = 5}), IsEmpty());
}

}  // namespace
}  // namespace workbench::scenarios
