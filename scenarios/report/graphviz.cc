#include "scenarios/report/graphviz.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "scenarios/process/run_program.h"
#include "scenarios/process/temporary_directory.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// The `<svg>` element of a file, without the XML header before it, which must not stand inside a
// page.
std::string element_in(const fs::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t start = text.find("<svg");
  if (start == std::string::npos) throw std::runtime_error("cannot draw: Graphviz wrote nothing");
  return text.substr(start);
}

// With ids that no other drawing has. (An id does not occur in our texts: `"` is escaped in them.)
std::string with_own_ids(const std::string& svg, std::size_t number) {
  static const std::regex id(" id=\"");
  return std::regex_replace(svg, id, fmt::format(" id=\"drawing{}-", number));
}

}  // namespace

std::vector<std::string> draw(const std::vector<std::string>& graphs) {
  std::vector<std::string> drawings;
  if (graphs.empty()) return drawings;
  const TemporaryDirectory directory;
  std::vector<std::string> words{"dot", "-Tsvg", "-O"};
  words.reserve(words.size() + graphs.size());
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    words.push_back((directory.path() / fmt::format("{}.dot", i)).string());
    std::ofstream(words.back()) << graphs[i];
  }
  run_program(words, "graphviz");
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    drawings.push_back(
        with_own_ids(element_in(directory.path() / fmt::format("{}.dot.svg", i)), i));
  }
  return drawings;
}

}  // namespace workbench::scenarios
