// Programs in many languages that hang as ordinary programs do: whether `workbench watch` proves
// it, and whether the first lines that it says are the ones that a person needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/foreign_programs.h"
#include "tests/support/test_directory.h"

namespace workbench {
namespace {

namespace fs = std::filesystem;
using testing::Child;
using ::testing::HasSubstr;
using testing::kPrograms;
using testing::kScripts;
using testing::TestDirectory;
using testing::watch;
using testing::Words;
using testing::operator+;

const fs::path kHung = fs::path(kScripts) / "hung";
const fs::path kMuseum = fs::path(kScripts) / "museum";  // hangs that were reported in public

struct HungProgram {
  fs::path file;
  std::string verdict;
  bool is_timed = false;  // it is idle only at a deadline
  std::string names;      // what the first lines say of the cause; empty: nothing
};

std::vector<HungProgram> programs_in(const fs::path& list) {
  const toml::table document = toml::parse_file(list.string());
  std::vector<HungProgram> programs;
  for (const toml::node& each : *document["program"].as_array()) {
    const toml::table& program = *each.as_table();
    programs.push_back({list.parent_path() / program["file"].value<std::string>().value(),
                        program["verdict"].value<std::string>().value(),
                        program.contains("deadline_ms"), program["names"].value_or("")});
  }
  return programs;
}

std::vector<HungProgram> hung_programs() { return programs_in(kHung / "programs.toml"); }

// Without those that stand among the hung programs as well.
std::vector<HungProgram> exhibits() {
  std::vector<HungProgram> programs = programs_in(kMuseum / "museum.toml");
  std::erase_if(programs, [](const HungProgram& each) {
    return each.file.parent_path().filename() != "museum";
  });
  return programs;
}

void PrintTo(const HungProgram& program, std::ostream* out) { *out << program.file.filename(); }

bool is_installed(const std::string& program) {
  return Child({"/bin/sh", "-c", "command -v \"$0\"", program}).wait().code == 0;
}

// What a language needs that may not be here. jcmd comes with the JDK, as the compiler does.
std::string missing_for(const fs::path& file) {
  static const std::map<std::string, Words> needs{
      {".java", {"java", "jcmd"}}, {".js", {"node"}}, {".rs", {"rustc"}}, {".pl", {"perl"}}};
  const auto found = needs.find(file.extension().string());
  if (found == needs.end()) return "";
  for (const std::string& program : found->second) {
    if (!is_installed(program)) return program;
  }
  return "";
}

// How it is started. It may write to the directory.
Words command_for(const fs::path& file, const fs::path& directory) {
  static const std::map<std::string, std::string> interpreters{
      {".py", "python3"}, {".java", "java"}, {".js", "node"},
      {".pl", "perl"},    {".sh", "sh"},     {".bash", "bash"}};
  const std::string name = file.stem().string();
  const std::string extension = file.extension().string();
  if (extension == ".cc") return {kPrograms + "hung_" + name};
  if (extension == ".rs") {
    const std::string program = directory / name;
    const auto compiled =
        Child({"/usr/bin/env", "rustc", "-g", "-o", program, file.string()}).wait();
    EXPECT_EQ(compiled.code, 0) << compiled.err;
    return {program};
  }
  return {interpreters.at(extension), file.string(), directory.string()};
}

// The first three lines from the verdict on. Before them stands what the program itself has said.
std::string first_lines(const std::string& err) {
  std::istringstream in(err);
  std::string first;
  int count = 0;
  for (std::string line; count < 3 && std::getline(in, line);) {
    const bool is_verdict = line.starts_with("workbench: HANG") ||
                            line.starts_with("workbench: IDLE") ||
                            line.starts_with("workbench: STUCK");
    if (count == 0 && !is_verdict) continue;
    first += line + "\n";
    ++count;
  }
  return first;
}

// `size at /a/b/c.cc:12` becomes `size at c.cc:12`.
std::string without_directories(const std::string& text) {
  static const std::regex kDirectories(R"(\S*/)");
  return std::regex_replace(text, kDirectories, "");
}

std::string said_of(const Words& command, bool is_idle) {
  const auto result = watch(is_idle ? Words{"--fail-idle"} : Words{}, command);
  EXPECT_EQ(result.code, 3) << result.err;
  return first_lines(without_directories(result.err));
}

// It has timers, so there is always a chance that something of it runs, and at the beginning that
// is certain. So it is looked at until nothing runs.
std::string said_at_a_deadline(const Words& command) {
  const Child program(Words{"/usr/bin/env"} + command);
  // All are kept: the end of a Child is also that of what the program has left in the background.
  std::deque<Child> watchdogs;
  std::string said;
  do {
    const auto result = watchdogs
                            .emplace_back(Words{WORKBENCH_PROGRAM, "watch", "--deadline-ms", "500",
                                                "--pid", std::to_string(program.pid())})
                            .wait();
    EXPECT_EQ(result.code, 124) << result.err;
    said = first_lines(without_directories(result.err));
  } while (said.starts_with("workbench: STUCK"));
  return said;
}

class HungProgramTest : public ::testing::TestWithParam<HungProgram> {};

TEST_P(HungProgramTest, HasItsVerdictAndItsCauseInTheFirstLines) {
  const HungProgram& program = GetParam();
  const std::string missing = missing_for(program.file);
  if (!missing.empty()) GTEST_SKIP() << "there is no " << missing;
  const TestDirectory directory;
  const Words command = command_for(program.file, directory.path());
  const std::string said =
      program.is_timed ? said_at_a_deadline(command) : said_of(command, program.verdict == "idle");
  EXPECT_THAT(said, HasSubstr(program.verdict == "hang" ? "HANG, proved" : "IDLE"));
  EXPECT_THAT(said, HasSubstr(program.names));
}

std::string name_of(const ::testing::TestParamInfo<HungProgram>& info) {
  std::string name = info.param.file.filename();
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Hung, HungProgramTest, ::testing::ValuesIn(hung_programs()), name_of);
INSTANTIATE_TEST_SUITE_P(Museum, HungProgramTest, ::testing::ValuesIn(exhibits()), name_of);

std::string text_in(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// In a row `| program | what | idle: ...`.
TEST(HungPrograms, AreInTheDocumentation) {
  const std::string table = text_in(HUNG_PROGRAMS_PAGE);
  for (const HungProgram& program : hung_programs()) {
    const std::string begin = "| `" + program.file.filename().string() + "` |";
    const std::size_t at = table.find(begin);
    ASSERT_NE(at, std::string::npos) << begin;
    const std::string row = table.substr(at, table.find('\n', at) - at);
    EXPECT_THAT(row, HasSubstr("| " + program.verdict))
        << "docs/capture_hung_programs.py renews it";
  }
}

TEST(HungPrograms, AreAllInTheList) {
  for (const fs::path& list : {kHung / "programs.toml", kMuseum / "museum.toml"}) {
    for (const auto& entry : fs::directory_iterator(list.parent_path())) {
      if (entry.path().extension() == ".toml") continue;
      EXPECT_THAT(text_in(list), HasSubstr("\"" + entry.path().filename().string() + "\""));
    }
  }
}

}  // namespace
}  // namespace workbench
