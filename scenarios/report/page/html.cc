#include "scenarios/report/page/html.h"

#include <fmt/format.h>

#include <boost/locale/encoding_utf.hpp>

#include "scenarios/report/graphs/styles.h"
#include "scenarios/report/page/site.h"

namespace workbench::scenarios {
namespace {

constexpr std::string_view kStyle = R"(
  :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; --soft: #f6f6f6; --hang: #fdf0d5;
          --wrong: #a00; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #eee; --paper: #1c1c1e; --line: #444; --soft: #2a2a2c; --hang: #4a3b14; --wrong: #ff8a80; } }
  body { font: 16px/1.5 "DejaVu Sans", system-ui, sans-serif; color: var(--ink); background: var(--paper);
         max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
  .site { display: flex; flex-wrap: wrap; gap: 1.5rem; }
  .site [aria-current] { font-weight: bold; }
  h1, h2, h3 { line-height: 1.2; }
  a { color: inherit; }
  table { border-collapse: collapse; display: block; overflow-x: auto; }
  th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
  td { white-space: nowrap; }
  td a, th a { text-decoration: none; }
  td a:hover, th a:hover { text-decoration: underline; }
  .matrix { overflow: auto; max-height: 85vh; border: 1px solid var(--line); font-size: .8rem; }
  .matrix table { display: table; width: 100%; }
  .matrix thead th { position: sticky; top: 0; background: var(--soft); z-index: 2; }
  .matrix tbody th { font-weight: normal; position: sticky; left: 0; background: var(--paper); max-width: 42vw; }
  .matrix .theme th { font-weight: bold; background: var(--soft); position: static; }
  .matrix .theme span { position: sticky; left: .6rem; }
  .different { font-weight: bold; color: var(--wrong); }
  .hang { background: var(--hang); }
  pre { background: var(--soft); padding: .7rem; overflow-x: auto; font-size: .85rem; }
  code { background: var(--soft); overflow-wrap: anywhere; }
  figure { display: inline-block; margin: .5rem 1rem .5rem 0; max-width: 100%; vertical-align: top; overflow-x: auto; }
  figure svg { max-width: 100%; height: auto; }
  figure svg:not(.timeline, .drawing) { background: #fff; }
  .pair { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin: 1rem 0; }
  .pair figure { flex: 1 1 28rem; margin: 0; }
  .pair figure svg { width: 100%; min-width: 30rem; max-width: 42rem; }
  figure svg.timeline { max-width: none; }
  figcaption { font-size: .9rem; }
  details { margin: .3rem 0; }
  summary { cursor: pointer; }
  @media print { .matrix { max-height: none; overflow: visible; } }
)";

}  // namespace

std::string escaped(std::string_view text) {
  std::string safe;
  const std::string readable =
      boost::locale::conv::utf_to_utf<char>(text.data(), text.data() + text.size());
  for (const char letter : readable) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

std::string page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n{}\n{}</body>\n</html>\n",
      escaped(title), kStyle, drawing_css(), place_of_navigation(), body);
}

}  // namespace workbench::scenarios
