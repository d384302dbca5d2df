#include "scenarios/subjects/outside/subject_file.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "scenarios/model/expectation_table.h"
#include "scenarios/model/scenario_file.h"
#include "scenarios/model/toml_file.h"
#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kHour = 3'600'000;        // in ms
constexpr std::int64_t kMostTasks = 10'000'000;  // of a scenario
constexpr int kRank = 200;                       // behind those that are compiled in

bool is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (access((fs::path(directory) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

// An array of texts, or nothing.
std::vector<std::pair<std::string, const toml::node*>> texts(TableReader& reader,
                                                             std::string_view key) {
  std::vector<std::pair<std::string, const toml::node*>> found;
  const toml::node* node = reader.find(key);
  if (node == nullptr) return found;
  const toml::array* array = node->as_array();
  if (array == nullptr) reader.fail(*node, fmt::format("'{}' must be a list of texts", key));
  for (const toml::node& each : *array) found.emplace_back(reader.text(each, key), &each);
  return found;
}

void read_subject_table(TableReader& reader, SubjectFile& file) {
  Subject& subject = file.subject;
  const toml::node& name = reader.require("name");
  subject.name = reader.text(name, "name");
  if (const std::string why = why_no_name(subject.name); !why.empty()) reader.fail(name, why);
  subject.description = reader.text(reader.require("description"), "description");
  OutsideProgram& program = subject.program.emplace();
  program.command = reader.text(reader.require("command"), "command");
  if (const toml::node* language = reader.find("language")) {
    program.language = reader.text(*language, "language");
  }
  RuntimeKind runtime = RuntimeKind::threads;
  if (const toml::node* node = reader.find("runtime")) {
    runtime = reader.choice<RuntimeKind>(*node, "runtime");
    if (runtime == RuntimeKind::simulated) {
      reader.fail(*node,
                  "'runtime' must be threads or processes: only our own pools are simulated");
    }
  }
  subject.runtimes = {runtime};
  for (const auto& [text, node] : texts(reader, "hosts")) {
    const auto kind = named<FaultKind>(text);
    if (!kind) reader.fail(*node, unknown_name("kind of fault", text, all_names<FaultKind>()));
    program.hosts.push_back(*kind);
  }
  for (const auto& [text, node] : texts(reader, "windows")) {
    const auto window = named<Window>(text);
    if (window != Window::starting && window != Window::while_pushing) {
      reader.fail(*node, fmt::format("'{}' is no window of a pool from outside; allowed beside "
                                     "in-action: starting, while-pushing",
                                     text));
    }
    program.windows.push_back(*window);
  }
  for (const auto& [text, node] : texts(reader, "usages")) {
    const auto usage = named<Usage>(text);
    if (!usage) reader.fail(*node, unknown_name("usage", text, all_names<Usage>()));
    subject.usages.push_back(*usage);
  }
  if (const toml::node* hosts = reader.find("hosts"); hosts != nullptr && program.hosts.empty()) {
    reader.fail(*hosts, "'hosts' must name a kind of fault; it hosts all if this is left out");
  }
  std::optional<std::int64_t> deadline;
  reader.read("deadline_ms", deadline, 1, kHour);
  if (deadline) program.deadline = std::chrono::milliseconds(*deadline);
  for (const auto& [needed, node] : texts(reader, "needs")) {
    if (!is_on_path(needed)) file.why_skipped = fmt::format("needs {}, which is not there", needed);
  }
  if (const toml::node* skip = reader.find("skip")) file.why_skipped = reader.text(*skip, "skip");
  reader.finish();
}

void read_expectations(TableReader& reader, const std::string& name, SubjectFile& file) {
  const toml::node* expect = reader.find("expect");
  if (expect == nullptr) return;
  const toml::table* by_scenario = expect->as_table();
  if (by_scenario == nullptr) {
    reader.fail(*expect, "'expect' must be written as [expect.\"scenario\"]");
  }
  std::vector<std::string> known;
  for (const CatalogueFile& each : catalogue_files()) known.emplace_back(each.name);
  for (const auto& [key, node] : *by_scenario) {
    const std::string scenario(key.str());
    if (!node.is_table()) {
      reader.fail(node, fmt::format("'{}' must be written as [expect.\"{}\"]", scenario, scenario));
    }
    // It may be a scenario of the user's own.
    const std::string meant = nearest(scenario, known);
    if (std::find(known.begin(), known.end(), scenario) == known.end() && !meant.empty()) {
      file.warnings.push_back(
          fmt::format("{}:{}: the catalogue has no scenario '{}'; did you mean '{}'?", name,
                      node.source().begin.line, scenario, meant));
    }
    file.subject.expect[scenario] = read_expectation(*node.as_table(), name, kMostTasks);
  }
}

}  // namespace

SubjectFile parse_subject(std::string_view text, const std::string& file) {
  const toml::table table = parse_toml(text, file);
  TableReader reader(table, file, "a file of a subject");
  SubjectFile read;
  read.subject.rank = kRank;
  const toml::node& subject = reader.require("subject");
  if (!subject.is_table()) reader.fail(subject, "'subject' must be written as [subject]");
  TableReader inner(*subject.as_table(), file, "[subject]");
  read_subject_table(inner, read);
  read.subject.program->directory = fs::absolute(file).parent_path().string();
  read_expectations(reader, file, read);
  reader.finish();
  return read;
}

SubjectFile load_subject(const std::string& file) {
  return parse_subject(text_of_toml_file(file, "a subject"), file);
}

std::vector<std::string> subject_files_in(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  if (error) throw UsageError(fmt::format("{}: {}", directory, error.message()));
  if (files.empty()) {
    throw UsageError(fmt::format("{}: no file of a subject here; allowed: *.toml", directory));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace workbench::scenarios
