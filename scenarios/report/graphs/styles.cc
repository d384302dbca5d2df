#include "scenarios/report/graphs/styles.h"

#include <fmt/format.h>

#include <map>

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

constexpr std::string_view kCss = R"(
  .drawing { --edge: #444; --box: #fff; --caller: #dce6f2; --reactor: #f6e7c1; --worker: #e4efdc; --dead: #f8d7d4;
             --item: #dce9f5; --pill: #7a1f3d; --bad: #a00000; --letter: #222; }
  @media (prefers-color-scheme: dark) {
    .drawing { --edge: #bbb; --box: #2a2a2c; --caller: #24405e; --reactor: #54461c; --worker: #2f4526; --dead: #5a2320;
               --item: #23405c; --pill: #a33a5f; --bad: #ff8a80; --letter: #eee; } }
  .drawing text { font: 10px "DejaVu Sans", Verdana, sans-serif; fill: var(--letter); text-anchor: middle; }
  .drawing .edge text, .drawing .note text, .drawing .wrong text, .drawing .item text, .drawing .pill text,
  .drawing .taken text { font-size: 9px; }
  .drawing .name text { font-weight: bold; }
  .drawing path, .drawing polygon, .drawing polyline { fill: none; stroke: var(--edge); }
  .drawing > g > polygon { stroke: none; }
  .drawing .node path, .drawing .node polygon { fill: var(--box); }
  .drawing .edge polygon { fill: var(--edge); }
  .drawing .caller polygon { fill: var(--caller); }
  .drawing .reactor polygon { fill: var(--reactor); }
  .drawing .worker polygon { fill: var(--worker); }
  .drawing .dead polygon { fill: var(--dead); stroke-dasharray: 5 2; }
  .drawing .item polygon { fill: var(--item); }
  .drawing .pill polygon { fill: var(--pill); }
  .drawing .pill text { fill: #fff; }
  .drawing .taken polygon { fill: none; stroke-dasharray: 3 2; opacity: .6; }
  .drawing .frame polygon { fill: none; stroke-dasharray: 1 4; }
  .drawing .signal path, .drawing .line path { stroke-dasharray: 5 2; }
  .drawing .waits path { stroke-dasharray: 1 5; stroke-width: 2; stroke: var(--bad); }
  .drawing .waits polygon { fill: var(--bad); stroke: var(--bad); }
  .drawing .cross path { stroke: var(--bad); stroke-width: 1.5; }
  .drawing .node.cause polygon, .drawing .cause polyline { stroke: var(--bad); stroke-width: 2; }
  .drawing .waits text, .drawing .wrong text, .drawing .cause text { fill: var(--bad); }
)";

}  // namespace

std::string graph_head(std::string_view layout) { return fmt::format(kHead, layout); }

std::string attributes_of(std::string_view style) {
  const std::string_view more = styles().at(style);
  return fmt::format("class={}{}{}", style, more.empty() ? "" : ", ", more);
}

std::string_view drawing_css() { return kCss; }

}  // namespace workbench::scenarios
