#include "scenarios/grade/grading.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "scenarios/grade/answer.h"
#include "scenarios/grade/build.h"
#include "scenarios/grade/claims.h"
#include "scenarios/grade/confinement.h"
#include "scenarios/model/usage_error.h"
#include "scenarios/process/child_result.h"
#include "scenarios/process/temporary_directory.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = 1 << 20;  // of an answer

std::string text_of_answer(const fs::path& file) {
  std::error_code error;
  const auto size = fs::is_regular_file(file) ? fs::file_size(file, error) : kMostBytes + 1;
  std::ifstream in(file, std::ios::binary);
  if (!in || error || size > kMostBytes) {
    throw UsageError(
        fmt::format("{}: cannot be read; allowed: a file of at most a megabyte", file.string()));
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the process that grades tells the one that asks for it.
struct ToldGrade {
  std::uint64_t seal = 0;
  std::vector<std::string> problems{};
  bool no_compiler = false;
  std::vector<GradedClaim> claims{};

  /// Saves and loads (cereal).
  template <class Archive>
  void serialize(Archive& archive) {
    archive(seal, problems, no_compiler, claims);
  }
};

GradedClaim not_earned(const Claim& claim) {
  return {.says = claim.says, .points = claim.points, .hint = claim.hint};
}

// Where nothing but the directory can be written to.
ToldGrade grade_inside(const Exercise& exercise, const std::string& text,
                       const fs::path& directory) {
  ToldGrade told;
  for (const Claim& claim : exercise.claims) told.claims.push_back(not_earned(claim));
  setenv("TMPDIR", directory.c_str(), 1);
  fs::permissions(directory, fs::perms::all);  // the compiler is run by nobody
  fs::path runs = directory / exercise.file;
  std::ofstream(runs, std::ios::binary) << text;
  if (exercise.form != AnswerForm::schedule) {
    const Built built = build(runs, exercise.form);
    told.problems = built.problems;
    told.no_compiler = built.no_compiler;
    if (built.file.empty()) return told;
    runs = built.file;
  }
  for (std::size_t i = 0; i < exercise.claims.size(); ++i) {
    told.claims[i] = examine_claim(exercise, exercise.claims[i], runs);
    if (told.claims[i].is_endless) break;  // the others would cost the same time again
  }
  return told;
}

int sum_of(const std::vector<GradedClaim>& claims, int GradedClaim::*what) {
  return std::accumulate(claims.begin(), claims.end(), 0,
                         [&](int sum, const GradedClaim& each) { return sum + each.*what; });
}

}  // namespace

int Grade::earned() const { return sum_of(claims, &GradedClaim::earned); }
int Grade::points() const { return sum_of(claims, &GradedClaim::points); }

Grade grade(const Exercise& exercise, const fs::path& file) {
  const std::string text = text_of_answer(file);
  const TemporaryDirectory place;
  const ChildResult<ToldGrade> result;
  const std::uint64_t seal = draw_seal();
  Grade grade;
  grade.not_isolated = isolated(place.path(), [&] {
    ToldGrade told = grade_inside(exercise, text, place.path());
    told.seal = seal;
    result.write(told);
  });
  auto told = result.read();
  if (!told || told->seal != seal) {
    throw std::runtime_error("the process that grades was ended before it had a result");
  }
  if (told->no_compiler) {
    throw std::runtime_error("there is no C++ compiler (Debian: g++); CXX names another one");
  }
  grade.problems = std::move(told->problems);
  grade.claims = std::move(told->claims);
  return grade;
}

}  // namespace workbench::scenarios
