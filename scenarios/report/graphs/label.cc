#include "scenarios/report/graphs/label.h"

#include <boost/locale/encoding_utf.hpp>

#include "core/one_line.h"
#include "scenarios/report/page/html.h"

namespace workbench::scenarios {
namespace {

// In widths of the letter m.
double width_of(char32_t letter) {
  constexpr std::u32string_view kNarrow = U"ijlrtfI ,.:;'|!()[]/\\-";
  constexpr std::u32string_view kWide = U"mwMW%@+=<>#~^&_";
  constexpr char32_t kLastAscii = 0x7f;
  constexpr char32_t kLastOfEurope = 0x52f;  // Latin, Greek, Cyrillic
  if (letter > kLastOfEurope) return letter == U'…' || letter == U'′' ? 1 : 1.6;
  if (letter > kLastAscii) return 1.1;
  if (kNarrow.find(letter) != std::u32string_view::npos) return 0.42;
  if (kWide.find(letter) != std::u32string_view::npos) return 1;
  return letter >= U'A' && letter <= U'Z' ? 0.79 : 0.65;
}

double width_of(const std::u32string& text, double size) {
  double width = 0;
  for (const char32_t letter : text) width += width_of(letter) * size;
  return width;
}

// Bytes that are not UTF-8 are left out.
std::u32string letters_of(std::string_view text) {
  return boost::locale::conv::utf_to_utf<char32_t>(text.data(), text.data() + text.size());
}

}  // namespace

std::string dot_label(std::string_view text) {
  std::string label;
  for (const char letter : escaped(on_one_line(std::string(text)))) {
    if (letter == '\\') label += '\\';  // Graphviz takes a single one for the begin of a command
    label += letter;
  }
  return label;
}

double width_of(std::string_view text, double size) { return width_of(letters_of(text), size); }

std::string fitting_label(std::string_view text, double width, double size) {
  // What is much too long need not be looked at to its end.
  std::u32string letters = letters_of(text.substr(0, 4096));
  if (width_of(letters, size) <= width) return boost::locale::conv::utf_to_utf<char>(letters);
  while (!letters.empty() && width_of(letters, size) > width - size) letters.pop_back();
  return boost::locale::conv::utf_to_utf<char>(letters + U'…');
}

}  // namespace workbench::scenarios
