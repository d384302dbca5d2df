#include "scenarios/report/graphs/styles.h"

#include <fmt/format.h>

#include <map>

#include "scenarios/report/page/texts.h"

namespace workbench::scenarios {
namespace {

constexpr std::string_view kHead = R"(digraph {{
  graph [{}, bgcolor=white, class=drawing]
  node [shape=box, style=filled, fillcolor=white, color="#444444", fontname="DejaVu Sans", fontsize=10]
  edge [color="#444444", fontname="DejaVu Sans", fontsize=9, arrowsize=0.7]
)";

const std::map<std::string_view, std::string_view>& styles() {
  static const std::map<std::string_view, std::string_view> all{
      // nodes
      {"caller", R"(fillcolor="#dce6f2")"},
      {"reactor", R"(fillcolor="#f6e7c1")"},
      {"frame", R"(style=dotted, penwidth=1.5)"},
      {"room", "style=invis"},
      {"worker", R"(fillcolor="#e4efdc")"},
      {"dead", R"(fillcolor="#f8d7d4", style="filled,dashed")"},
      {"tube", ""},
      {"cylinder", R"(shape=cylinder)"},
      {"item", R"(fillcolor="#dce9f5", fontsize=9)"},
      {"pill", R"(fillcolor="#7a1f3d", fontcolor=white, fontsize=9)"},
      {"taken", R"(style=dashed, color="#999999", fontcolor="#666666", fontsize=9)"},
      {"cause", R"(shape=note, color="#a00000", fontcolor="#a00000", penwidth=2)"},
      {"text", R"(shape=plain, style="", fixedsize=false)"},
      {"name", R"(shape=plain, style="", fixedsize=false, fontname="DejaVu Sans Bold")"},
      {"note", R"(shape=plain, style="", fixedsize=false, fontsize=9, fontcolor="#444444")"},
      {"wrong", R"(shape=plain, style="", fixedsize=false, fontsize=9, fontcolor="#a00000")"},
      // edges
      {"flow", ""},
      {"signal", "style=dashed"},
      {"line", "style=dashed, dir=none"},
      {"waits", R"(style=dotted, penwidth=2, color="#a00000", fontcolor="#a00000")"},
      {"cross", R"(dir=none, color="#a00000", penwidth=1.5)"}};
  return all;
}

}  // namespace

std::string graph_head(std::string_view layout) { return fmt::format(kHead, layout); }

std::string attributes_of(std::string_view style) {
  const std::string_view more = styles().at(style);
  return fmt::format("class={}{}{}", style, more.empty() ? "" : ", ", more);
}

std::string_view drawing_css() { return drawing_style().text; }

}  // namespace workbench::scenarios
