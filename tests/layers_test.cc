// The layers, read off the #include lines: every edge points downwards. Likewise: how many units a
// folder has, and that no name of a type stands for two things.
//
//     core  ◀──  naive, reactor  ◀──  scenarios  ◀──  bench, docs, tests
//
// and inside of scenarios:
//
//     trace, hang_proof ◀─ model, process ◀─ inject, stacks ◀─ subjects ◀─ run ◀─ report
//     ◀─ grade, questions ◀─ cli
#include "scenarios/report/graphs/layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workbench {
namespace {

namespace fs = std::filesystem;

// Each row may include the rows above it, and each folder itself; not its neighbours.
const std::vector<std::vector<std::string_view>> kLayers{
    {"core"},
    {"naive", "reactor"},
    {"scenarios/trace", "scenarios/hang_proof"},
    {"scenarios/model", "scenarios/process"},
    {"scenarios/inject", "scenarios/stacks"},
    {"scenarios/subjects"},
    {"scenarios/run"},
    {"scenarios/report"},
    {"scenarios/grade", "scenarios/questions"},
    {"scenarios/cli"},
    {"bench", "docs", "tests"}};

// The runtimes inside core that stand side by side.
const std::vector<std::string_view> kNeighbours{"core/threads/", "core/processes/"};

// The folder among kLayers that a path lies in; empty for any other path.
std::string_view folder_of(std::string_view path) {
  for (const auto& row : kLayers) {
    for (const std::string_view folder : row) {
      if (path.starts_with(folder) && path.substr(folder.size()).starts_with('/')) return folder;
    }
  }
  return {};
}

// The row of a path; kLayers.size() for one that is in no layer.
std::size_t row_of(std::string_view path) {
  const auto row = std::find_if(kLayers.begin(), kLayers.end(), [&](const auto& folders) {
    return std::find(folders.begin(), folders.end(), folder_of(path)) != folders.end();
  });
  return static_cast<std::size_t>(row - kLayers.begin());
}

bool are_neighbours_in_core(std::string_view from, std::string_view to) {
  const auto runtime_of = [](std::string_view path) {
    return std::find_if(kNeighbours.begin(), kNeighbours.end(),
                        [&](std::string_view folder) { return path.starts_with(folder); });
  };
  const auto none = kNeighbours.end();
  return runtime_of(from) != none && runtime_of(to) != none && runtime_of(from) != runtime_of(to);
}

// May the file at `from` say `#include "to"`? Both paths start at the root of the sources.
bool may_include(std::string_view from, std::string_view to) {
  if (row_of(to) == kLayers.size()) return false;    // a path that hides where it leads to
  if (row_of(from) == kLayers.size()) return false;  // a folder that has no place among the layers
  if (folder_of(from) == folder_of(to)) return !are_neighbours_in_core(from, to);
  return row_of(to) < row_of(from);
}

TEST(LayerRule, LetsAnEdgePointDownwardsAndStayInItsFolder) {
  EXPECT_TRUE(may_include("reactor/reactor.h", "core/queue.h"));
  EXPECT_TRUE(may_include("scenarios/subjects/pools/naive.cc", "naive/pool.h"));
  EXPECT_TRUE(may_include("scenarios/subjects/pools/naive.cc", "scenarios/subjects/subject.h"));
  EXPECT_TRUE(may_include("scenarios/run/watchdog.cc", "scenarios/hang_proof/proof.h"));
  EXPECT_TRUE(may_include("tests/support/runs.h", "scenarios/inject/faulty.h"));
  EXPECT_TRUE(may_include("core/threads/runtime.h", "core/threads/worker.h"));
  EXPECT_TRUE(may_include("core/processes/queue_server.cc", "core/runtime.h"));
}

TEST(LayerRule, LetsNoEdgePointUpwards) {
  EXPECT_FALSE(may_include("core/queue.h", "naive/pool.h"));
  EXPECT_FALSE(may_include("reactor/reactor.h", "scenarios/inject/faulty.h"));
  EXPECT_FALSE(may_include("scenarios/hang_proof/proof.cc", "scenarios/model/verdict.h"));
  EXPECT_FALSE(may_include("scenarios/run/judgement.h", "scenarios/report/color.h"));
  EXPECT_FALSE(may_include("scenarios/model/fault.cc", "tests/support/runs.h"));
}

TEST(LayerRule, LetsNoEdgePointSideways) {
  EXPECT_FALSE(may_include("naive/pool.h", "reactor/reactor.h"));
  EXPECT_FALSE(may_include("reactor/reactor.h", "naive/pool.h"));
  EXPECT_FALSE(may_include("bench/pools.cc", "tests/support/runs.h"));
  EXPECT_FALSE(may_include("core/threads/worker.h", "core/processes/queue_server.h"));
  EXPECT_FALSE(may_include("core/processes/queue_server.h", "core/threads/worker.h"));
  EXPECT_FALSE(may_include("scenarios/trace/trace.h", "scenarios/hang_proof/proof.h"));
  EXPECT_FALSE(may_include("scenarios/process/child_process.h", "scenarios/model/fault.h"));
}

TEST(LayerRule, LetsNoPathHideWhereItLeadsTo) {
  EXPECT_FALSE(may_include("naive/pool.h", "../reactor/reactor.h"));
  EXPECT_FALSE(may_include("core/queue.h", "queue.h"));
  EXPECT_FALSE(may_include("scenarios/stray.cc", "core/task.h"));
}

struct Edge {
  std::string from;
  std::string to;
};

// What a line of the form `#include "path"` includes; empty for any other line.
std::string included_by(const std::string& line) {
  constexpr std::string_view directive = "#include \"";
  if (!line.starts_with(directive)) return {};
  return line.substr(directive.size(), line.rfind('"') - directive.size());
}

std::vector<Edge> edges_of(const fs::path& root, const fs::path& file) {
  std::vector<Edge> edges;
  std::ifstream lines(root / file);
  for (std::string line; std::getline(lines, line);) {
    if (auto path = included_by(line); !path.empty()) {
      edges.push_back({file.string(), std::move(path)});
    }
  }
  return edges;
}

// The sources of the project, as paths from its root. A consumer stands outside of the project, and
// so does an answer to an exercise.
std::vector<fs::path> all_sources(const fs::path& root) {
  std::vector<fs::path> all;
  for (const char* top : {"core", "naive", "reactor", "scenarios", "bench", "docs", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      const fs::path path = fs::relative(entry.path(), root);
      const bool foreign = path.string().starts_with("tests/consumer/") ||
                           path.string().starts_with("docs/exercises/");
      if ((extension == ".h" || extension == ".cc") && !foreign) all.push_back(path);
    }
  }
  return all;
}

TEST(Layers, EveryIncludePointsDownwards) {
  std::vector<Edge> edges;
  for (const fs::path& file : all_sources(WORKBENCH_SOURCE_DIR)) {
    const auto some = edges_of(WORKBENCH_SOURCE_DIR, file);
    edges.insert(edges.end(), some.begin(), some.end());
  }
  const auto found = [&](std::string_view from, std::string_view to) {
    return std::any_of(edges.begin(), edges.end(),
                       [&](const Edge& edge) { return edge.from == from && edge.to == to; });
  };
  EXPECT_TRUE(found("naive/pool.h", "core/task.h"));  // it has read the files
  EXPECT_TRUE(found("reactor/reactor.h", "reactor/ledger.h"));
  for (const auto& [from, to] : edges) EXPECT_TRUE(may_include(from, to)) << from << " -> " << to;
}

// What a report draws was read off the includes when the program was built.
TEST(Layers, AreDrawnAsTheIncludesAre) {
  std::set<std::pair<std::string, std::string>> read;
  for (const fs::path& file : all_sources(WORKBENCH_SOURCE_DIR)) {
    for (const auto& [from, to] : edges_of(WORKBENCH_SOURCE_DIR, file)) {
      const bool is_drawn = row_of(from) + 1 < kLayers.size() && folder_of(from) != folder_of(to);
      if (is_drawn) read.emplace(folder_of(from), folder_of(to));
    }
  }
  std::set<std::pair<std::string, std::string>> drawn;
  for (const scenarios::FolderUse& use : scenarios::folder_uses()) drawn.emplace(use.from, use.to);
  EXPECT_GT(drawn.size(), 20U);
  EXPECT_EQ(drawn, read);
}

// A unit is a header with its source, or either alone.
TEST(Rooms, NoFolderHoldsMoreThanSixteenUnits) {
  constexpr std::size_t kMost = 16;
  std::map<std::string, std::set<std::string>> units;
  for (const fs::path& file : all_sources(WORKBENCH_SOURCE_DIR)) {
    units[file.parent_path().string()].insert(file.stem().string());
  }
  EXPECT_GT(units.at("core").size(), 5U);  // it has read the folders
  for (const auto& [folder, names] : units) EXPECT_LE(names.size(), kMost) << folder;
}

// The name of the type that a line defines in a namespace; empty for any other line. Such lines
// begin at the left margin: so clang-format puts them.
std::string type_defined_by(const std::string& line) {
  static const std::regex definition(
      "(?:template <.*> )?(?:enum class|enum|class|struct|union|concept) (\\w+)(?: final)?"
      "(?: :.*| =.*| \\{.*)");
  static const std::regex alias("using (\\w+) = .*");
  std::smatch found;
  const bool defines =
      std::regex_match(line, found, definition) || std::regex_match(line, found, alias);
  return defines ? found[1].str() : std::string();
}

TEST(TypeDefinitions, AreFoundWhereALineDefinesOne) {
  EXPECT_EQ(type_defined_by("class Ring {"), "Ring");
  EXPECT_EQ(type_defined_by("struct Announcement {};"), "Announcement");
  EXPECT_EQ(type_defined_by("enum class OutcomeKind : std::uint8_t {"), "OutcomeKind");
  EXPECT_EQ(type_defined_by("class ResultBuffer final : public Buffer {"), "ResultBuffer");
  EXPECT_EQ(type_defined_by("concept CrewType = requires(C crew) {"), "CrewType");
  EXPECT_EQ(type_defined_by("using TaskId = std::size_t;"), "TaskId");
  EXPECT_EQ(type_defined_by("class Worker;"), "");
  EXPECT_EQ(type_defined_by("  class Nested {"), "");
  EXPECT_EQ(type_defined_by("struct Names<Verdict> {"), "");
}

// Only what is the same thing in several places may share a name: a part of a runtime (each has its
// Queue and its Crew, and a Sync has its Mutex), the options of a pool (the two pools mirror each
// other), and an alias that several files make for the same type.
TEST(TypeNames, StandForOneThingEach) {
  const std::set<std::string> shared{"Queue",   "Crew", "Mutex",       "ConditionVariable",
                                     "Options", "Json", "Milliseconds"};
  std::map<std::string, std::set<std::string>> files;
  for (const fs::path& file : all_sources(WORKBENCH_SOURCE_DIR)) {
    const bool test = file.string().starts_with("tests/") && file.extension() == ".cc";
    if (test) continue;  // a test program stands alone, and may call its own things what it likes
    std::ifstream lines(fs::path(WORKBENCH_SOURCE_DIR) / file);
    for (std::string line; std::getline(lines, line);) {
      if (const std::string name = type_defined_by(line); !name.empty()) {
        files[name].insert(file.string());
      }
    }
  }
  EXPECT_EQ(files.at("Reactor"), std::set<std::string>{"reactor/reactor.h"});
  for (const auto& [name, where] : files) {
    if (shared.contains(name)) continue;
    EXPECT_EQ(where.size(), 1U) << name << ": " << ::testing::PrintToString(where);
  }
}

}  // namespace
}  // namespace workbench
