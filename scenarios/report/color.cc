#include "scenarios/report/color.h"

#include <fmt/color.h>
#include <unistd.h>

#include <cstdlib>

namespace workbench::scenarios {
namespace {

bool wants_color(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return isatty(fd) != 0 && !refused && !dumb;
}

std::string paint(bool on, std::string_view text, fmt::text_style style) {
  return on && !text.empty() ? fmt::format(style, "{}", text) : std::string(text);
}

}  // namespace

Palette::Palette(ColorMode mode, int fd)
    : on_(mode == ColorMode::always || (mode == ColorMode::automatic && wants_color(fd))) {}

std::string Palette::good(std::string_view text) const {
  return paint(on_, text, fg(fmt::terminal_color::green));
}
std::string Palette::bad(std::string_view text) const {
  return paint(on_, text, fg(fmt::terminal_color::red));
}
std::string Palette::faint(std::string_view text) const {
  return paint(on_, text, fg(fmt::terminal_color::bright_black));
}
std::string Palette::strong(std::string_view text) const {
  return paint(on_, text, fmt::emphasis::bold);
}

}  // namespace workbench::scenarios
