/// @file
/// A graph in the language of Graphviz in which every place is given: Graphviz draws it, but does
/// not move anything. So what means the same stands in the same place in each drawing.
///
///     PinnedGraph graph;
///     graph.box("worker_0", "worker", {200, 100, 80, 30}, "worker 0");
///     graph.arrow("input_queue", "worker_0", "flow", {{100, 115}, {200, 115}}, "3 tasks");
///     draw({graph.dot()});
///
/// Coordinates are points; x grows to the right, y grows downwards.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

/// What says so in the text of a graph.
inline constexpr std::string_view kPinnedLayout = "layout=nop2";

struct PinPoint {
  double x = 0;
  double y = 0;
};

/// A rectangle, from its upper left corner.
struct PinArea {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  PinPoint centre() const { return {x + width / 2, y + height / 2}; }
  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

/// Lines of words beside an arrow, below each other.
struct ArrowWords {
  std::vector<std::string> lines{};
  PinPoint first{};  ///< the centre of the first line
  double step = 11;  ///< from it to the second line
  double width = 0;  ///< at most
};

class PinnedGraph {
 public:
  /// The size of its letters. Words on arrows have the smaller size.
  static constexpr double kLetter = 10;
  static constexpr double kSmallLetter = 9;

  /// A node. `style` is one of the styles in pinned_graph.cc; pages give it its colours. The text
  /// is cut off if it does not fit in.
  void box(std::string_view name, std::string_view style, PinArea area, std::string_view text = "");

  /// A node that is text only, in `width` at most. Its name is made up.
  void text(std::string_view style, PinPoint centre, std::string_view text, double width);

  /// An edge between two nodes, along `points` (two at least).
  void arrow(std::string_view from, std::string_view to, std::string_view style,
             const std::vector<PinPoint>& points, const ArrowWords& words = {});

  std::string dot() const;

 private:
  std::string nodes_;
  std::string edges_;
  int texts_ = 0;
};

}  // namespace workbench::scenarios
