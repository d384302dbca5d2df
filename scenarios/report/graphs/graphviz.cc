#include "scenarios/report/graphs/graphviz.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "scenarios/process/run_program.h"
#include "scenarios/process/temporary_directory.h"
#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/slim_svg.h"
#include "scenarios/report/page/html.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<std::string> draw(const std::vector<std::string>& graphs) {
  std::vector<std::string> drawings;
  if (graphs.empty()) return drawings;
  const TemporaryDirectory directory;
  std::vector<std::string> words{"dot", "-Tsvg", "-O"};
  // Once Graphviz has met a graph with all positions, it wants them of every one that follows. So
  // those come last.
  for (const bool pinned : {false, true}) {
    for (std::size_t i = 0; i < graphs.size(); ++i) {
      if ((graphs[i].find(kPinnedLayout) != std::string::npos) != pinned) continue;
      words.push_back((directory.path() / fmt::format("{}.dot", i)).string());
      std::ofstream(words.back()) << graphs[i];
    }
  }
  run_program(words, "graphviz");
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    drawings.push_back(slim_svg(contents_of(directory.path() / fmt::format("{}.dot.svg", i))));
  }
  return drawings;
}

std::string named(const std::string& svg, std::string_view name) {
  constexpr std::string_view kBegin = "<svg ";
  return fmt::format(R"({}role="img" aria-label="{}" {})", kBegin, escaped(name),
                     svg.substr(kBegin.size()));
}

}  // namespace workbench::scenarios
