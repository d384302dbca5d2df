// The layers, read off the #include lines: every edge points downwards.
//
//     core  ◀──  naive, reactor  ◀──  scenarios  ◀──  bench, docs, tests
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace workbench {
namespace {

namespace fs = std::filesystem;

// Each row may include the rows above it, and each folder itself; not its neighbours.
const std::vector<std::vector<std::string_view>> kLayers{
    {"core"}, {"naive", "reactor"}, {"scenarios"}, {"bench", "docs", "tests"}};

// The runtimes inside core that stand side by side.
const std::vector<std::string_view> kNeighbours{"core/threads/", "core/processes/"};

// The row of a path that starts with the name of a layer; kLayers.size() for any other.
std::size_t row_of(std::string_view path) {
  const std::string_view folder = path.substr(0, path.find('/'));
  const auto row = std::find_if(kLayers.begin(), kLayers.end(), [&](const auto& folders) {
    return std::find(folders.begin(), folders.end(), folder) != folders.end();
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
  if (row_of(to) == kLayers.size()) return false;  // a path that hides where it leads to
  const bool same_folder = from.substr(0, from.find('/')) == to.substr(0, to.find('/'));
  return same_folder ? !are_neighbours_in_core(from, to) : row_of(to) < row_of(from);
}

TEST(LayerRule, LetsAnEdgePointDownwardsAndStayInItsFolder) {
  EXPECT_TRUE(may_include("reactor/reactor.h", "core/queue.h"));
  EXPECT_TRUE(may_include("scenarios/subjects/subject.cc", "naive/pool.h"));
  EXPECT_TRUE(may_include("tests/support/runs.h", "scenarios/inject/faulty.h"));
  EXPECT_TRUE(may_include("core/threads/runtime.h", "core/threads/worker.h"));
  EXPECT_TRUE(may_include("core/processes/queue_server.cc", "core/runtime.h"));
}

TEST(LayerRule, LetsNoEdgePointUpwards) {
  EXPECT_FALSE(may_include("core/queue.h", "naive/pool.h"));
  EXPECT_FALSE(may_include("reactor/reactor.h", "scenarios/inject/faulty.h"));
  EXPECT_FALSE(may_include("scenarios/model/fault.cc", "tests/support/runs.h"));
}

TEST(LayerRule, LetsNoEdgePointSideways) {
  EXPECT_FALSE(may_include("naive/pool.h", "reactor/reactor.h"));
  EXPECT_FALSE(may_include("reactor/reactor.h", "naive/pool.h"));
  EXPECT_FALSE(may_include("bench/pools.cc", "tests/support/runs.h"));
  EXPECT_FALSE(may_include("core/threads/worker.h", "core/processes/queue_server.h"));
  EXPECT_FALSE(may_include("core/processes/queue_server.h", "core/threads/worker.h"));
}

TEST(LayerRule, LetsNoPathHideWhereItLeadsTo) {
  EXPECT_FALSE(may_include("naive/pool.h", "../reactor/reactor.h"));
  EXPECT_FALSE(may_include("core/queue.h", "queue.h"));
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

std::vector<Edge> all_edges(const fs::path& root) {
  std::vector<Edge> all;
  for (const auto& row : kLayers) {
    for (const std::string_view folder : row) {
      if (!fs::exists(root / folder)) continue;
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cc") continue;
        const auto edges = edges_of(root, fs::relative(entry.path(), root));
        all.insert(all.end(), edges.begin(), edges.end());
      }
    }
  }
  return all;
}

TEST(Layers, EveryIncludePointsDownwards) {
  const auto edges = all_edges(WORKBENCH_SOURCE_DIR);
  const auto found = [&](std::string_view from, std::string_view to) {
    return std::any_of(edges.begin(), edges.end(),
                       [&](const Edge& edge) { return edge.from == from && edge.to == to; });
  };
  EXPECT_TRUE(found("naive/pool.h", "core/task.h"));  // it has read the files
  EXPECT_TRUE(found("reactor/reactor.h", "reactor/ledger.h"));
  for (const auto& [from, to] : edges) EXPECT_TRUE(may_include(from, to)) << from << " -> " << to;
}

}  // namespace
}  // namespace workbench
