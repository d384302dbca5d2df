// The catalogue itself: it is readable, complete, and none of its expectations is idle talk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "scenarios/crowd.h"
#include "scenarios/judge.h"
#include "scenarios/scenario_file.h"
#include "scenarios/subject.h"

namespace workbench::scenarios {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

Scenario read(const CatalogueFile& file) {
  return parse_scenario(file.text, std::string(file.name) + ".toml",
                        {.subjects = subject_names(), .runtimes = all_runtime_names()});
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
  for (const char* subject : {"naive", "reactor-keep-going", "reactor-stop-on-error"}) {
    EXPECT_TRUE(scenario.expectation(subject, "threads") != nullptr ||
                scenario.expectation(subject, "processes") != nullptr)
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
  for (const auto count :
       {&Expectation::ok, &Expectation::failed, &Expectation::lost, &Expectation::timed_out,
        &Expectation::not_started, &Expectation::missing}) {
    if (expectation.*count) flip([&](Expectation& each) { each.*count = *(each.*count) + 1; });
  }
  return flips;
}

TEST_P(EachScenario, FailsWhenAnyOfItsExpectationsIsFlipped) {
  const std::vector<Scenario> scenarios{read(GetParam())};
  const auto jobs = jobs_of(scenarios);
  const auto records = watch_all(jobs, 1, [](std::size_t) {});
  ASSERT_THAT(jobs, Not(IsEmpty()));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Expectation& expectation = *jobs[i].expectation();
    EXPECT_THAT(differences(records[i], expectation), IsEmpty())
        << jobs[i].subject->name << " on " << jobs[i].runtime;
    for (const Expectation& flipped : flips_of(expectation)) {
      EXPECT_THAT(differences(records[i], flipped), Not(IsEmpty()))
          << jobs[i].subject->name << " on " << jobs[i].runtime;
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
