#include "scenarios/grade/exercise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "scenarios/model/expectation_table.h"
#include "scenarios/model/scenario_file.h"
#include "scenarios/model/toml_file.h"
#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr int kMostMinutes = 240;
constexpr int kMostPoints = 100;
constexpr std::int64_t kMostItems = 1'000;  // tasks, workers or places of a queue

// A good answer needs milliseconds. This is how long one may be without a sign of life.
constexpr std::chrono::milliseconds kLimit{5'000};

// A scenario of the exercise's own, or of the catalogue.
Scenario scenario_of(const toml::node& node, TableReader& reader, const fs::path& folder) {
  const std::string name = reader.text(node, "scenario");
  const std::vector<std::string> subjects{std::string(kYours)};
  if (const fs::path own = folder / (name + ".toml"); fs::exists(own)) {
    return load_scenario(own.string(), subjects);
  }
  std::vector<std::string> names;
  for (const CatalogueFile& file : catalogue_files()) {
    if (file.name == name) return parse_scenario(file.text, name + ".toml", subjects);
    names.emplace_back(file.name);
  }
  reader.fail(node, unknown_name("scenario", name, names));
}

std::vector<RuntimeKind> runtimes_of(TableReader& reader) {
  const toml::node* node = reader.find("runtimes");
  if (node == nullptr) return {RuntimeKind::threads};
  const toml::array* array = node->as_array();
  if (array == nullptr || array->empty()) reader.fail(*node, "'runtimes' must be a list of texts");
  std::vector<RuntimeKind> runtimes;
  for (const toml::node& each : *array) {
    runtimes.push_back(reader.choice<RuntimeKind>(each, "runtimes"));
  }
  return runtimes;
}

// The scenario is made for the answer alone: what it expects of our own pools does not matter.
void read_scenario(TableReader& reader, const fs::path& folder, Claim& claim) {
  claim.scenario = scenario_of(reader.require("scenario"), reader, folder);
  Scenario& scenario = claim.scenario;
  scenario.expect = {{std::string(kYours), claim.expect}};
  scenario.deadline = std::min(scenario.deadline, kLimit);
  reader.read("tasks", scenario.tasks, 1, kMostItems);
  reader.read("workers", scenario.workers, 1, kMostItems);
  reader.read("capacity", scenario.queue_capacity, 0, kMostItems);
  reader.read("deepest", claim.deepest, 1, kMostItems);
  reader.read("early_timeouts", claim.search.scheduler.early_timeouts, 0, kMostItems);
  reader.read("spurious_wakeups", claim.search.scheduler.spurious_wakeups, 0, kMostItems);
}

Claim read_claim(const toml::table& table, const std::string& file, const Exercise& exercise) {
  TableReader reader(table, file, "[[claim]]");
  Claim claim;
  claim.says = reader.text(reader.require("says"), "says");
  reader.read("points", claim.points, 1, kMostPoints);
  if (const toml::node* hint = reader.find("hint")) claim.hint = reader.text(*hint, "hint");
  const toml::node& expect = reader.require("expect");
  if (!expect.is_table()) reader.fail(expect, "'expect' must be written as { verdict = \"…\" }");
  claim.expect = read_expectation(*expect.as_table(), file, kMostItems);
  claim.runtimes = runtimes_of(reader);
  if (exercise.form != AnswerForm::program) read_scenario(reader, exercise.folder, claim);
  if (exercise.form == AnswerForm::schedule) {
    claim.subject = reader.text(reader.require("subject"), "subject");
    claim.scenario.expect = {{claim.subject, claim.expect}};
  }
  reader.finish();
  return claim;
}

Exercise read_exercise(const fs::path& folder) {
  const std::string file = (folder / "exercise.toml").string();
  const toml::table table = parse_toml(text_of_toml_file(file, "an exercise"), file);
  TableReader reader(table, file, "an exercise");
  Exercise exercise;
  exercise.folder = folder;
  exercise.name = folder.filename().string();
  exercise.title = reader.text(reader.require("title"), "title");
  reader.read("minutes", exercise.minutes, 1, kMostMinutes);
  exercise.chapter = reader.text(reader.require("chapter"), "chapter");
  exercise.form = reader.choice<AnswerForm>(reader.require("form"), "form");
  exercise.file = reader.text(reader.require("file"), "file");
  const toml::node& claims = reader.require("claim");
  const toml::array* array = claims.as_array();
  if (array == nullptr) reader.fail(claims, "'claim' must be written as [[claim]]");
  for (const toml::node& each : *array) {
    if (!each.is_table()) reader.fail(each, "'claim' must be written as [[claim]]");
    exercise.claims.push_back(read_claim(*each.as_table(), file, exercise));
  }
  reader.finish();
  return exercise;
}

// `03-join-before-collect` is also `03` and `3`.
bool is_named(const Exercise& exercise, const std::string& name) {
  const std::string number = exercise.name.substr(0, exercise.name.find('-'));
  const std::size_t zeros = std::min(number.find_first_not_of('0'), number.size());
  return name == exercise.name || name == number || name == number.substr(zeros);
}

}  // namespace

int Exercise::points() const {
  return std::accumulate(claims.begin(), claims.end(), 0,
                         [](int sum, const Claim& each) { return sum + each.points; });
}

std::vector<Exercise> exercises_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "exercise.toml")) folders.push_back(entry.path());
  }
  if (folders.empty()) {
    throw UsageError(
        fmt::format("{}: no exercises here; allowed: a folder like docs/exercises of the checkout",
                    folder.string()));
  }
  std::sort(folders.begin(), folders.end());
  std::vector<Exercise> all;
  all.reserve(folders.size());
  for (const fs::path& each : folders) all.push_back(read_exercise(each));
  return all;
}

const Exercise& find_exercise(const std::vector<Exercise>& all, const std::string& name) {
  std::vector<std::string> names;
  for (const Exercise& each : all) {
    if (is_named(each, name)) return each;
    names.push_back(each.name);
  }
  throw UsageError(unknown_name("number of an exercise", name, names));
}

}  // namespace workbench::scenarios
