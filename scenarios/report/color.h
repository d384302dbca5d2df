/// @file
/// Colour for a terminal, and only for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace workbench::scenarios {

/// The values of `--color`.
enum class ColorMode { automatic, always, never };

/// Paints text for one stream, or leaves it as it is.
class Palette {
 public:
  /// `automatic`: colour if `fd` is a terminal, unless NO_COLOR is set or TERM is dumb.
  Palette(ColorMode mode, int fd);

  std::string good(std::string_view text) const;
  std::string bad(std::string_view text) const;
  std::string faint(std::string_view text) const;
  std::string strong(std::string_view text) const;

 private:
  bool on_;
};

}  // namespace workbench::scenarios
