#include "scenarios/questions/misconceptions.h"

#include <algorithm>

#include "scenarios/model/toml_file.h"

namespace workbench::scenarios {
namespace {

std::vector<Misconception> read_misconceptions() {
  const std::string file = "misconceptions.toml";
  const toml::table document = parse_toml(kMisconceptionsFile, file);
  std::vector<Misconception> all;
  for (const toml::node& each : *document["misconception"].as_array()) {
    TableReader reader(*each.as_table(), file, "a misconception");
    const auto text_of = [&](const char* key) { return reader.text(reader.require(key), key); };
    all.push_back({text_of("id"), text_of("belief"), text_of("truth"), text_of("chapter")});
  }
  return all;
}

}  // namespace

const std::vector<Misconception>& misconceptions() {
  static const std::vector<Misconception> all = read_misconceptions();
  return all;
}

const Misconception& misconception(std::string_view id) {
  const auto& all = misconceptions();
  return *std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == id; });
}

}  // namespace workbench::scenarios
