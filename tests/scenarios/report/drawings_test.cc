// The drawings by Graphviz: nothing in them overlaps, and no text does harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstddef>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/model/scenario_file.h"
#include "scenarios/process/run_program.h"
#include "scenarios/process/temporary_directory.h"
#include "scenarios/report/graphs/architecture.h"
#include "scenarios/report/graphs/graphviz.h"
#include "scenarios/report/graphs/wait_for.h"
#include "scenarios/run/simulation.h"

namespace workbench::scenarios {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Json = nlohmann::json;

struct Size {
  int workers = 2;
  int tasks = 5;
  int failures = 1;
};

constexpr Size kSizes[] = {{2, 5, 0},  {2, 5, 1},     {2, 500, 30},
                           {16, 5, 1}, {16, 500, 30}, {32, 500, 30}};

RunRecord simulated(const std::string& subject, Size size, const std::string& message = "boom") {
  std::ostringstream toml;
  toml << "title = 'a run'\nwhy = 'to be drawn'\ntasks = " << size.tasks
       << "\nworkers = " << size.workers << '\n';
  if (size.failures > 0) {
    toml << "[[fault]]\nkind = 'throw'\nat = 'in-action'\ntimes = " << size.failures
         << "\nmessage = " << Json(message).dump() << '\n';
  }
  const Scenario scenario = parse_scenario(toml.str(), "drawn.toml", subject_names());
  return Simulation(*find_subject(subject), scenario).run(parse_schedule(""));
}

std::string hostile(std::size_t length) {
  std::string text =
      "</title></svg><script>alert('1')</script> \\N \\\" \xe2\x98\xa0 \xf0\x9f\x92\xa3 ";
  while (text.size() < length) text += "WWWW";
  return text + "\\";
}

// What Graphviz says of a drawing.
Json layout_of(const std::string& dot) {
  const TemporaryDirectory directory;
  const std::string in = directory.path() / "drawing.dot";
  const std::string out = directory.path() / "drawing.json";
  std::ofstream(in) << dot;
  run_program({"dot", "-Tjson", "-o", out, in});
  return Json::parse(std::ifstream(out));
}

struct Rectangle {
  double left, bottom, right, top;
  std::string what;

  bool overlaps(const Rectangle& other) const {
    return left < other.right && other.left < right && bottom < other.top && other.bottom < top;
  }
};

// Each line of text, where Graphviz draws it.
void add_texts(const Json& drawn, std::vector<Rectangle>& texts) {
  if (!drawn.contains("_ldraw_")) return;
  double size = 0;
  for (const Json& operation : drawn.at("_ldraw_")) {
    if (operation.at("op") == "F") size = operation.at("size");
    if (operation.at("op") != "T") continue;
    const double x = operation.at("pt").at(0);
    const double y = operation.at("pt").at(1);
    const double width = operation.at("width");
    const std::string align = operation.at("align");
    const double left = align == "l" ? x : align == "r" ? x - width : x - width / 2;
    texts.push_back({left, y - size / 5, left + width, y + size * 4 / 5, operation.at("text")});
  }
}

std::vector<Rectangle> texts_in(const Json& layout, const std::string& part) {
  std::vector<Rectangle> texts;
  if (!layout.contains(part)) return texts;
  for (const Json& each : layout.at(part)) add_texts(each, texts);
  return texts;
}

// The nodes that have a border, and are not made to hold others.
std::vector<Rectangle> boxes_in(const Json& layout) {
  std::vector<Rectangle> boxes;
  for (const Json& node : layout.at("objects")) {
    const std::string style = node.at("class");
    if (node.value("shape", "box") == "plain" || style == "frame" || style == "room" ||
        style == "tube")
      continue;
    const std::string position = node.at("pos");
    const std::size_t comma = position.find(',');
    const double x = std::stod(position.substr(0, comma));
    const double y = std::stod(position.substr(comma + 1));
    const double width = std::stod(node.at("width").get<std::string>()) * 72;
    const double height = std::stod(node.at("height").get<std::string>()) * 72;
    boxes.push_back(
        {x - width / 2, y - height / 2, x + width / 2, y + height / 2, node.at("name")});
  }
  return boxes;
}

std::vector<std::string> overlaps_in(const std::string& dot) {
  const Json layout = layout_of(dot);
  std::vector<Rectangle> texts = texts_in(layout, "objects");
  const std::vector<Rectangle> words = texts_in(layout, "edges");
  std::vector<std::string> found;
  for (const Rectangle& word : words) {
    for (const Rectangle& box : boxes_in(layout)) {
      if (word.overlaps(box)) found.push_back(word.what + " | " + box.what);
    }
  }
  texts.insert(texts.end(), words.begin(), words.end());
  EXPECT_THAT(texts, Not(IsEmpty()));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (texts[i].overlaps(texts[k])) found.push_back(texts[i].what + " | " + texts[k].what);
    }
  }
  return found;
}

class Drawing : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("dot")) GTEST_SKIP() << "Graphviz is not installed";
  }
};

TEST_F(Drawing, OfAnArchitectureHasNoLabelOnAnother) {
  for (const Size size : kSizes) {
    for (const char* subject : {"naive", "reactor-stop-on-error", "published-reactor"}) {
      EXPECT_THAT(overlaps_in(architecture(simulated(subject, size))), IsEmpty())
          << subject << ' ' << size.workers << ' ' << size.tasks << ' ' << size.failures;
    }
    EXPECT_THAT(overlaps_in(architecture(simulated("naive", size, hostile(10'000)))), IsEmpty())
        << size.workers << ' ' << size.tasks << ' ' << size.failures;
  }
}

TEST_F(Drawing, OfWhoWaitsForWhomHasNoLabelOnAnother) {
  std::size_t hangs = 0;
  for (const Size size : kSizes) {
    for (const std::string& message : {std::string("boom"), hostile(10'000)}) {
      const std::string dot = wait_for_graph(simulated("naive", size, message));
      if (dot.empty()) continue;
      ++hangs;
      EXPECT_THAT(overlaps_in(dot), IsEmpty()) << size.workers << ' ' << size.tasks;
    }
  }
  EXPECT_EQ(hangs, 10U);
}

// Where `name` is, according to the text for Graphviz.
std::string position_of(const std::string& dot, const std::string& name) {
  const std::regex line("\n  " + name + " \\[[^\n]*pos=\"([^\"]*)\"");
  std::smatch found;
  return std::regex_search(dot, found, line) ? found[1].str() : "";
}

TEST_F(Drawing, OfTheReactorIsThatOfTheNaivePoolWithTwoMoreQueues) {
  const std::string naive = architecture(simulated("naive", {}));
  const std::string reactor = architecture(simulated("reactor-keep-going", {}));
  for (const std::string same : {"input_queue", "result_queue", "worker_0", "worker_1"}) {
    EXPECT_NE(position_of(naive, same), "") << same;
    EXPECT_EQ(position_of(naive, same), position_of(reactor, same)) << same;
  }
  for (const std::string more : {"error_queue", "stop_queue"}) {
    EXPECT_EQ(position_of(naive, more), "") << more;
    EXPECT_NE(position_of(reactor, more), "") << more;
  }
}

TEST_F(Drawing, CountsWhatWentThroughTheQueues) {
  const std::string dot =
      architecture(simulated("naive", {.workers = 2, .tasks = 5, .failures = 1}));
  EXPECT_THAT(dot, HasSubstr("caller -> input_queue"));
  EXPECT_THAT(dot, HasSubstr("label=\"5 tasks, 2 pills\""));
  EXPECT_THAT(dot, HasSubstr("label=\"4 results\""));
  EXPECT_THAT(dot, HasSubstr("class=cross")) << "a worker has died";
}

TEST_F(Drawing, OfWhoWaitsForWhomNamesTheFirstCauseAndTheDead) {
  const std::string dot = wait_for_graph(simulated("naive", {}));
  EXPECT_THAT(dot, HasSubstr("waits in result_queue.pop()"));
  EXPECT_THAT(dot, HasSubstr("first cause\\ntask 0 throws"));
  EXPECT_THAT(dot, HasSubstr("class=dead"));
  EXPECT_THAT(dot, HasSubstr("could be filled by"));
}

TEST_F(Drawing, OfAMessageThatMeansHarmIsHarmless) {
  const RunRecord record = simulated("naive", {}, hostile(200));
  for (const std::string& svg : draw({architecture(record), wait_for_graph(record)})) {
    EXPECT_THAT(svg, Not(HasSubstr("<script")));
    EXPECT_THAT(svg, Not(HasSubstr(" style=\""))) << "a strict page does not allow it";
    EXPECT_THAT(svg, Not(HasSubstr(" id=\""))) << "two drawings would have the same";
    std::istringstream in(svg);
    boost::property_tree::ptree tree;
    EXPECT_NO_THROW(boost::property_tree::read_xml(in, tree));
  }
}

}  // namespace
}  // namespace workbench::scenarios
