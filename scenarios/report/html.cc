#include "scenarios/report/html.h"

#include <fmt/format.h>

#include <boost/locale/encoding_utf.hpp>

namespace workbench::scenarios {
namespace {

constexpr std::string_view kStyle = R"(
  body { font: 16px/1.5 "DejaVu Sans", system-ui, sans-serif; color: #222; max-width: 72rem; margin: 2rem auto;
         padding: 0 1rem; }
  h1, h2, h3 { line-height: 1.2; }
  table { border-collapse: collapse; display: block; overflow-x: auto; }
  th, td { text-align: left; white-space: nowrap; padding: .2rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
  td a { color: inherit; text-decoration: none; }
  td a:hover { text-decoration: underline; }
  .different { font-weight: bold; color: #a00; }
  .hang { background: #fdf0d5; }
  pre { background: #f6f6f6; padding: .7rem; overflow-x: auto; font-size: .85rem; }
  code { background: #f6f6f6; }
  figure { display: inline-block; margin: .5rem 1rem .5rem 0; max-width: 100%; vertical-align: top; }
  figure svg { max-width: 100%; height: auto; }
  figcaption { font-size: .9rem; }
  details { margin: .3rem 0; }
  summary { cursor: pointer; }
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
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      escaped(title), kStyle, body);
}

}  // namespace workbench::scenarios
