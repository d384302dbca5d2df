// Answers that try to fool the grader, or to do harm (hostile.toml).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench::testing {
namespace {

namespace fs = std::filesystem;

struct Hostile {
  std::string name;
  std::string code;
  std::vector<std::string> says;
  bool dangerous = false;
};

std::ostream& operator<<(std::ostream& out, const Hostile& hostile) { return out << hostile.name; }

constexpr const char* kGood = R"(
std::vector<TaskReply> good(Bench& bench, std::size_t tasks, int workers) {
  auto input_queue = bench.queue<MaybeTask>("input_queue");
  auto result_queue = bench.queue<TaskReply>("result_queue");
  for (TaskId task = 0; task < tasks; ++task) input_queue.push(task);
  for (int i = 0; i < workers; ++i) input_queue.push(pill);
  auto crew = bench.launch(workers, [&bench, input_queue, result_queue]() mutable {
    while (const MaybeTask task = input_queue.pop()) {
      result_queue.push({.task = *task, .value = bench.act(*task)});
    }
  });
  std::vector<TaskReply> replies;
  while (replies.size() < tasks) replies.push_back(result_queue.pop());
  crew.join();
  return replies;
}
)";

std::vector<Hostile> all_hostile() {
  std::vector<Hostile> all;
  const toml::table table = toml::parse_file(WORKBENCH_HOSTILE "/hostile.toml");
  for (const toml::node& node : *table["answer"].as_array()) {
    const toml::table& each = *node.as_table();
    Hostile hostile{.name = each["name"].value<std::string>().value(),
                    .code = each["code"].value<std::string>().value(),
                    .says = {},
                    .dangerous = each["dangerous"].value_or(false)};
    for (const toml::node& text : *each["says"].as_array()) {
      hostile.says.push_back(text.value<std::string>().value());
    }
    all.push_back(hostile);
  }
  return all;
}

void replace(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
}

Child::Result graded(const std::string& code, const std::string& format = "text") {
  const TestFile file("#include \"exercise.h\"\nusing namespace exercise;\n" + code, "pool.cc");
  return workbench(
      {"grade", "1", file.path(), "--exercises", WORKBENCH_HOSTILE "/one", "--format", format});
}

bool are_isolated() {
  static const bool isolated =
      nlohmann::json::parse(graded("", "json").out).at("isolated").get<bool>();
  return isolated;
}

// As long as answers are neither isolated nor run by another user, who kills everybody does so.
bool is_safe() { return geteuid() == 0 || are_isolated(); }

class HostileAnswer : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileAnswer, GetsNoFullPointsAndDoesNoHarm) {
  const auto& [name, code, says, dangerous] = GetParam();
  if (dangerous && !is_safe()) GTEST_SKIP() << "answers are not isolated here";
  const TestDirectory elsewhere;
  const fs::path mark = elsewhere.path() / "mark";
  const TestDirectory of_everybody;
  const fs::path open_mark = of_everybody.path() / "mark";
  fs::permissions(of_everybody.path(), fs::perms::all);
  std::string all = code;
  replace(all, "GOOD", kGood);
  replace(all, "OPEN_MARK", open_mark.string());
  replace(all, "MARK", mark.string());
  const Child::Result result = graded(all);
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, ::testing::HasSubstr(" of 2 points"));
  EXPECT_THAT(result.out, ::testing::Not(::testing::HasSubstr("\n2 of 2 points")));
  EXPECT_THAT(result.out, ::testing::Not(::testing::HasSubstr("\x1b")));
  EXPECT_LT(result.out.size(), 64U << 10U);
  const bool said = std::any_of(says.begin(), says.end(), [&](const std::string& each) {
    return result.out.find(each) != std::string::npos;
  });
  EXPECT_TRUE(said || says.empty()) << ::testing::PrintToString(says) << "\n" << result.out;
  EXPECT_FALSE(fs::exists(mark));
  // Where everybody may write, user nobody may, too; unless answers are isolated.
  EXPECT_FALSE(fs::exists(open_mark) && are_isolated());
}

INSTANTIATE_TEST_SUITE_P(Grader, HostileAnswer, ::testing::ValuesIn(all_hostile()),
                         [](const auto& each) { return each.param.name; });

TEST(Hostile, AreAtLeastThirty) { EXPECT_GE(all_hostile().size(), 30U); }

// Otherwise none of the above would say anything.
TEST(Hostile, AnAnswerThatIsNotHasAllPoints) {
  const Child::Result result = graded(std::string(kGood) + R"(
std::vector<TaskReply> run(Bench& bench, std::size_t tasks, int workers) { return good(bench, tasks, workers); }
)");
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

TEST(Hostile, TextIsNoMarkupAndNoBrokenJson) {
  const std::vector<Hostile> all = all_hostile();
  const auto evil = std::find_if(all.begin(), all.end(), [](const Hostile& each) {
    return each.name == "TellsAnErrorWithMarkup";
  });
  ASSERT_NE(evil, all.end());
  EXPECT_NO_THROW(nlohmann::json::parse(graded(evil->code, "json").out));
  EXPECT_NO_THROW(nlohmann::json::parse(graded(evil->code, "gradescope").out));
  EXPECT_THAT(graded(evil->code, "junit").out, ::testing::Not(::testing::HasSubstr("<script>")));
}

}  // namespace
}  // namespace workbench::testing
