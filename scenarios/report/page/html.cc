#include "scenarios/report/page/html.h"

#include <fmt/format.h>

#include <boost/locale/encoding_utf.hpp>
#include <cstdint>

#include "scenarios/report/page/site.h"
#include "scenarios/report/page/texts.h"

namespace workbench::scenarios {
namespace {

constexpr std::string_view kStyle = R"(
  :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; --soft: #f6f6f6; --hang: #fdf0d5;
          --wrong: #a00; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #eee; --paper: #1c1c1e; --line: #444; --soft: #2a2a2c; --hang: #4a3b14; --wrong: #ff8a80; } }
  body { font: 16px/1.5 "DejaVu Sans", system-ui, sans-serif; color: var(--ink); background: var(--paper);
         max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
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
  figure svg:not(.timeline) { background: #fff; }
  figure svg.timeline { max-width: none; }
  figcaption { font-size: .9rem; }
  details { margin: .3rem 0; }
  summary { cursor: pointer; }
  @media print { .matrix { max-height: none; overflow: visible; } }
)";

}  // namespace

namespace {

bool is_control(char letter) {
  const auto code = static_cast<unsigned char>(letter);
  return (code < 0x20 && letter != '\n' && letter != '\t') || code == 0x7f;
}

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
        // Other characters that control something are allowed in neither HTML nor XML.
        safe += is_control(letter) ? std::string("\uFFFD") : std::string(1, letter);
    }
  }
  return safe;
}

namespace {

// The digits of a hash as a Content-Security-Policy wants them: in base 64.
std::string base64_of(std::string_view hexadecimal) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;  // of bits that are not written yet
  for (const char digit : hexadecimal) {
    bits = bits << 4 | static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    count += 4;
    if (count < 6) continue;
    count -= 6;
    text += kLetters[bits >> count & 63U];
  }
  if (count > 0) text += kLetters[bits << (6 - count) & 63U];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::string hash_of(const HashedText& text) {
  return fmt::format("'sha256-{}'", base64_of(text.sha256));
}

std::string document(std::string_view title, std::string_view policy, std::string_view styles,
                     std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n{}</head>\n<body>\n{}\n{}</body>\n</html>\n",
      policy, escaped(title), styles, place_of_navigation(), body);
}

}  // namespace

std::string page(std::string_view title, std::string_view body) {
  return document(title, "default-src 'none'; style-src 'unsafe-inline'",
                  fmt::format("<style>{}{}</style>\n", page_style().text, drawing_style().text),
                  body);
}

std::string page_with_script(std::string_view title, std::string_view body,
                             const std::vector<PageData>& data) {
  std::string scripts;
  for (const auto& [id, json] : data) {
    scripts += fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id, json);
  }
  scripts += fmt::format("<script>{}</script>\n", page_script().text);
  return document(
      title,
      fmt::format("default-src 'none'; script-src {}; style-src {} {} {}; img-src data:",
                  hash_of(page_script()), hash_of(page_style()), hash_of(timeline_style()),
                  hash_of(drawing_style())),
      fmt::format("<style>{}</style>\n<style>{}</style>\n<style>{}</style>\n", page_style().text,
                  timeline_style().text, drawing_style().text),
      fmt::format("{}{}", body, scripts));
}

}  // namespace workbench::scenarios
