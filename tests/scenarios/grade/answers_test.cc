// Every exercise, graded: its starter fails, its solution has all points, and each wrong answer
// gets the feedback that stands in feedback.toml beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/command_line.h"
#include "tests/support/test_directory.h"

namespace workbench::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kExercises(WORKBENCH_EXERCISES);

struct Answer {
  std::string exercise;
  std::string name;  // of the file; `starter`
  fs::path file;
  std::string title() const { return exercise + "_" + name; }
};

std::ostream& operator<<(std::ostream& out, const Answer& answer) { return out << answer.title(); }

std::vector<std::string> all_exercises() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kExercises)) {
    if (fs::exists(entry.path() / "exercise.toml")) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path starter_of(const std::string& exercise) {
  const toml::table table = toml::parse_file((kExercises / exercise / "exercise.toml").string());
  return kExercises / exercise / table["file"].value<std::string>().value();
}

fs::path folder_of_solutions(const std::string& exercise) {
  return kExercises / "solutions" / exercise;
}

std::vector<Answer> starters() {
  std::vector<Answer> all;
  for (const std::string& each : all_exercises())
    all.push_back({each, "starter", starter_of(each)});
  return all;
}

std::vector<Answer> solutions() {
  std::vector<Answer> all;
  for (const std::string& each : all_exercises()) {
    const fs::path file = folder_of_solutions(each) / starter_of(each).filename();
    all.push_back({each, "solution", file});
  }
  return all;
}

std::vector<Answer> wrong_answers() {
  std::vector<Answer> all;
  for (const std::string& each : all_exercises()) {
    for (const auto& entry : fs::directory_iterator(folder_of_solutions(each))) {
      const std::string name = entry.path().filename();
      if (name.starts_with("wrong_")) all.push_back({each, name, entry.path()});
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Answer& a, const Answer& b) { return a.title() < b.title(); });
  return all;
}

std::string test_name(const ::testing::TestParamInfo<Answer>& info) {
  std::string name = info.param.title();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

Child::Result graded(const Answer& answer, const std::string& format = "text") {
  return workbench({"grade", answer.exercise, answer.file.string(), "--format", format});
}

// A text with `a|b` stands for one of the two.
void expect_feedback(const Answer& answer, const std::string& text) {
  const toml::table table =
      toml::parse_file((folder_of_solutions(answer.exercise) / "feedback.toml").string());
  const toml::array* parts = table[answer.name].as_array();
  ASSERT_NE(parts, nullptr) << "feedback.toml says nothing of " << answer.name;
  ASSERT_FALSE(parts->empty());
  for (const toml::node& each : *parts) {
    std::istringstream alternatives(each.value<std::string>().value());
    bool found = false;
    for (std::string part; std::getline(alternatives, part, '|');) {
      found = found || text.find(part) != std::string::npos;
    }
    EXPECT_TRUE(found) << each.value<std::string>().value() << "\nis not in\n" << text;
  }
}

class Starter : public ::testing::TestWithParam<Answer> {};
class Solution : public ::testing::TestWithParam<Answer> {};
class WrongAnswer : public ::testing::TestWithParam<Answer> {};

TEST_P(Starter, FailsWithFeedbackThatNamesTheCause) {
  const Child::Result result = graded(GetParam());
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, ::testing::Not(HasSubstr("It was not run")));  // it compiles
  // A container may permit neither namespaces nor a look into processes of another user.
  if (result.out.find("not isolated") == std::string::npos) {
    EXPECT_THAT(result.out, ::testing::Not(HasSubstr("HANG, corroborated")));
  }
  expect_feedback(GetParam(), result.out);
}

TEST_P(Solution, HasAllPoints) {
  const Child::Result result = graded(GetParam());
  EXPECT_EQ(result.code, 0) << result.out << result.err;
}

TEST_P(WrongAnswer, GetsItsFeedback) {
  const Child::Result result = graded(GetParam());
  EXPECT_EQ(result.code, 1) << result.out << result.err;
  EXPECT_THAT(result.out, ::testing::Not(HasSubstr("It was not run")));
  expect_feedback(GetParam(), result.out);
}

INSTANTIATE_TEST_SUITE_P(Exercise, Starter, ::testing::ValuesIn(starters()), test_name);
INSTANTIATE_TEST_SUITE_P(Exercise, Solution, ::testing::ValuesIn(solutions()), test_name);
INSTANTIATE_TEST_SUITE_P(Exercise, WrongAnswer, ::testing::ValuesIn(wrong_answers()), test_name);

TEST(Exercises, AreAtLeastFourteenWithTwoWrongAnswersEach) {
  const std::vector<Answer> wrong = wrong_answers();
  const std::vector<std::string> exercises = all_exercises();
  EXPECT_GE(exercises.size(), 14U);
  for (const std::string& exercise : exercises) {
    EXPECT_GE(std::count_if(wrong.begin(), wrong.end(),
                            [&](const Answer& each) { return each.exercise == exercise; }),
              2)
        << exercise;
  }
}

TEST(Exercises, AreHandedOutWithoutTheirSolutions) {
  const TestDirectory directory;
  const fs::path out = directory.path() / "out";
  ASSERT_EQ(workbench({"exercises", "--hand-out", out.string()}).code, 0);
  std::set<std::string> handed_out;
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    handed_out.insert(fs::relative(entry.path(), out));
  }
  for (const std::string& exercise : all_exercises()) {
    EXPECT_TRUE(handed_out.contains(exercise + "/README.md"));
    EXPECT_TRUE(handed_out.contains(exercise + "/" + starter_of(exercise).filename().string()));
  }
  EXPECT_TRUE(handed_out.contains("include/exercise.h"));
  for (const std::string& file : handed_out) {
    EXPECT_THAT(file, ::testing::Not(HasSubstr("solutions")));
    EXPECT_THAT(file, ::testing::Not(HasSubstr("wrong_")));
    EXPECT_THAT(file, ::testing::Not(HasSubstr(".toml")));  // it says what is tested
  }
  expect_one_line_and_exit_2({"exercises", "--hand-out", out.string()}, "is there already");
}

TEST(Grade, IsWrittenAsJsonJUnitAndForGradescope) {
  const Answer answer = starters().at(6);
  const auto json = nlohmann::json::parse(graded(answer, "json").out);
  EXPECT_EQ(json.at("exercise"), answer.exercise);
  EXPECT_LT(json.at("earned"), json.at("points"));
  EXPECT_TRUE(json.at("compiled"));
  const auto gradescope = nlohmann::json::parse(graded(answer, "gradescope").out);
  EXPECT_EQ(gradescope.at("score"), json.at("earned"));
  ASSERT_EQ(gradescope.at("tests").size(), json.at("claims").size());
  for (const auto& test : gradescope.at("tests")) {
    EXPECT_LE(test.at("score"), test.at("max_score"));
    const bool passed = test.at("score") == test.at("max_score");
    EXPECT_EQ(test.at("status"), passed ? "passed" : "failed");
    EXPECT_EQ(test.at("output").get<std::string>().empty(), passed);
  }
  const std::string junit = graded(answer, "junit").out;
  EXPECT_THAT(junit, HasSubstr("<testsuite name=\"" + answer.exercise));
  EXPECT_THAT(junit, HasSubstr("<failure message="));
}

// The command of a CI file that grades.
std::string grading_line_of(const std::string& file) {
  std::ifstream in(kExercises / "ci" / file);
  for (std::string line; std::getline(in, line);) {
    for (const std::string begin : {"run: ", "- "}) {
      const std::size_t at = line.find(begin);
      if (at == std::string::npos || line.find("workbench grade") == std::string::npos) continue;
      return line.substr(at + begin.size());
    }
  }
  return "";
}

class FileForCi : public ::testing::TestWithParam<std::string> {};

TEST_P(FileForCi, FailsItsJobUnlessAllPointsAreEarned) {
  const std::string command = grading_line_of(GetParam());
  ASSERT_THAT(command, HasSubstr("workbench grade 07 pool.cc"));
  const TestDirectory directory;
  fs::create_directories(directory.path() / "workbench");
  fs::create_symlink(WORKBENCH_PROGRAM, directory.path() / "workbench" / "workbench");
  const auto job = [&](const fs::path& answer) {
    fs::copy_file(answer, directory.path() / "pool.cc", fs::copy_options::overwrite_existing);
    const std::string go_there = "cd '" + directory.path().string() + "' && ";
    return Child({"/bin/bash", "-c", go_there + command}).wait().code;
  };
  const Answer starter = starters().at(6);
  EXPECT_EQ(job(starter.file), 1);
  EXPECT_EQ(job(solutions().at(6).file), 0);
}

INSTANTIATE_TEST_SUITE_P(Exercise, FileForCi, ::testing::Values("github.yml", "gitlab.yml"),
                         [](const auto& each) { return each.param.substr(0, 6); });

// The page of the tutorial lists what there is.
TEST(Exercises, AreListedInTheTutorial) {
  std::ifstream in(kExercises.parent_path() / "pages" / "exercises.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  for (const std::string& exercise : all_exercises()) {
    const toml::table table = toml::parse_file((kExercises / exercise / "exercise.toml").string());
    const std::string title = table["title"].value<std::string>().value();
    const auto minutes = table["minutes"].value<int>().value();
    EXPECT_THAT(page, HasSubstr("| " + exercise.substr(0, 2) + " " + title + " | " +
                                std::to_string(minutes) + " | "));
  }
}

TEST(Grade, SaysWhatTheCompilerSaysWithItsLine) {
  const TestFile file("#include \"exercise.h\"\nint run( {\n", "pool.cc");
  const Child::Result result = workbench({"grade", "7", file.path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("pool.cc:2:"));
  EXPECT_THAT(result.out, HasSubstr("0 of 5 points"));
}

// As in a clone in /root: answers are run by user nobody, who may not search that directory. Here
// the root directory itself is closed to all but root.
TEST(Grade, WorksWhereOnlyRootMaySearch) {
  if (geteuid() != 0) GTEST_SKIP() << "who is not root grades as himself";
  const std::string solution = (folder_of_solutions("03-join-before-collect") / "pool.cc").string();
  const std::string closed = R"(
    mount -t tmpfs -o mode=700 none "$1" || exit 77
    for each in /*; do
      if [ -L "$each" ]; then cp -d "$each" "$1"
      elif [ -d "$each" ]; then mkdir "$1$each"; mount --rbind "$each" "$1$each" || exit 77
      fi
    done
    root=$1; shift
    exec chroot "$root" "$@")";
  const TestDirectory place;
  for (const char* capabilities : {"-perfmon", "-sys_admin"}) {  // isolated, and not
    const Child::Result result =
        Child({"/usr/bin/unshare", "--mount", "/bin/sh", "-c", closed, "sh", place.path().string(),
               "setpriv", "--inh-caps", capabilities, "--bounding-set", capabilities,
               WORKBENCH_PROGRAM, "grade", "3", solution})
            .wait();
    if (result.code == 77) GTEST_SKIP() << "nothing can be mounted here: " << result.err;
    EXPECT_EQ(result.code, 0) << capabilities << ": " << result.err << result.out;
  }
}

TEST(Grade, RefusesWhatItCannotGrade) {
  const TestFile file("", "pool.cc");
  expect_one_line_and_exit_2({"grade", "99", file.path()}, "'99' is not a number of an exercise");
  expect_one_line_and_exit_2({"grade", "1", "/does/not/exist"}, "cannot be read");
  expect_one_line_and_exit_2({"grade", "1", "/dev/zero"}, "cannot be read");
  expect_one_line_and_exit_2({"grade", "1", file.path(), "--format", "xml"},
                             "'xml' is not a format");
  expect_one_line_and_exit_2({"exercises", "--exercises", "/dev"}, "no exercises here");
}

}  // namespace
}  // namespace workbench::testing
