// The catalogue itself: it is readable, complete, and none of its expectations is idle talk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/model/scenario_file.h"
#include "scenarios/run/judgement.h"
#include "scenarios/run/watch_all.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

Scenario read(const CatalogueFile& file) {
  return parse_scenario(file.text, std::string(file.name) + ".toml", subject_names());
}

std::vector<std::string> names() {
  std::vector<std::string> names;
  for (const CatalogueFile& file : catalogue_files()) names.emplace_back(file.name);
  return names;
}

TEST(Catalogue, BeginsWithTheFourThatEverybodyKnows) {
  for (const char* name : {"no-fault", "one-worker-fails", "all-workers-fail", "one-task-throws"}) {
    EXPECT_THAT(names(), Contains(name));
  }
}

class EachScenario : public ::testing::TestWithParam<CatalogueFile> {};

TEST_P(EachScenario, ExpectsSomethingOfEverySubjectAndSaysWhy) {
  const Scenario scenario = read(GetParam());
  EXPECT_GT(scenario.why.size(), 100U);
  if (scenario.usage != Usage::plain) return;  // our own pools cannot be used otherwise
  for (const char* subject : {"naive", "reactor-keep-going", "reactor-stop-on-error"}) {
    EXPECT_TRUE(scenario.expectation(subject, RuntimeKind::threads) != nullptr ||
                scenario.expectation(subject, RuntimeKind::processes) != nullptr)
        << subject;
  }
}

// Everything that an expectation could say instead.
std::vector<Expectation> flips_of(const Expectation& expectation) {
  std::vector<Expectation> flips;
  const auto flip = [&](auto change) {
    Expectation flipped = expectation;
    change(flipped);
    flips.push_back(flipped);
  };
  for (const auto& [verdict, name] : Names<Verdict>::all) {
    if (verdict == expectation.verdict) continue;
    flip([&, other = verdict](Expectation& each) {
      each.verdict = other;
      each.hang.reset();
    });
  }
  if (expectation.hang) {
    for (const auto& [kind, name] : Names<HangKind>::all) {
      if (kind != *expectation.hang)
        flip([&, other = kind](Expectation& each) { each.hang = other; });
    }
  }
  for (const auto& [kind, count] : expectation.counts) {
    flip([kind = kind](Expectation& each) { ++each.counts[kind]; });
  }
  if (expectation.missing) flip([](Expectation& each) { ++*each.missing; });
  return flips;
}

TEST_P(EachScenario, FailsWhenAnyOfItsExpectationsIsFlipped) {
  const std::vector<Scenario> scenarios{read(GetParam())};
  const auto specs = specs_of(scenarios);
  if (scenarios.front().usage == Usage::plain) {
    ASSERT_THAT(specs, Not(IsEmpty()));
  }
  const auto runs = watch_all(specs, 1, [](std::size_t) {});
  ASSERT_EQ(runs.size(), specs.size());
  for (const JudgedRun& run : runs) {
    const std::string which = run.spec.subject->name + "/" + std::string(name_of(run.spec.runtime));
    EXPECT_EQ(run.mark, Mark::as_expected) << which;
    EXPECT_THAT(run.differences, IsEmpty()) << which;
    for (const Expectation& flipped : flips_of(*run.expectation())) {
      Scenario other = scenarios.front();
      other.expect[which] = flipped;
      const JudgedRun again = judge({&other, run.spec.subject, run.spec.runtime}, run.record);
      EXPECT_EQ(again.mark, Mark::different) << which;
    }
  }
}

std::string name_of_test(const ::testing::TestParamInfo<CatalogueFile>& info) {
  std::string name(info.param.name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EachScenario, ::testing::ValuesIn(catalogue_files()),
                         name_of_test);

}  // namespace
}  // namespace workbench::scenarios
