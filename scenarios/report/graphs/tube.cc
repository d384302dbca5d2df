#include "scenarios/report/graphs/tube.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace workbench::scenarios {
namespace {

// In points.
constexpr double kItem = 18;      // the height of an item, and of the room to the next
constexpr double kMargin = 5;     // between the tube and its items
constexpr double kNameRoom = 21;  // in a tube that lies: for the name that stands in it
constexpr double kBetween = 2;

class Tube {
 public:
  Tube(PinArea area, TubeExit exit) : area_(area), exit_(exit) {}

  // How many items have room.
  std::size_t room() const {
    if (exit_ == TubeExit::left) return 2;
    return static_cast<std::size_t>((area_.height - kMargin) / kItem);
  }

  // The place of an item, counted from the exit.
  PinArea place(std::size_t from_exit) const {
    const double way = kMargin + kItem * static_cast<double>(from_exit);
    const double width = area_.width - 2 * kMargin;
    switch (exit_) {
      case TubeExit::below:
        return {area_.x + kMargin, area_.bottom() - way - kItem + kBetween, width,
                kItem - kBetween};
      case TubeExit::above:
        return {area_.x + kMargin, area_.y + way, width, kItem - kBetween};
      case TubeExit::left:
        break;
    }
    const double each = width / 2;
    return {area_.x + kMargin + each * static_cast<double>(from_exit), area_.y + kNameRoom,
            each - kBetween, kItem - kBetween};
  }

 private:
  const PinArea area_;
  const TubeExit exit_;
};

std::string_view style_of(const QueueItem& item) {
  if (item.is_taken) return "taken";
  return item.cargo == Cargo::pill ? "pill" : "item";
}

}  // namespace

void draw_tube(PinnedGraph& graph, const std::string& name, const QueueContents& queue,
               PinArea area, TubeExit exit) {
  const Tube tube(area, exit);
  const std::size_t count = queue.items.size();
  // If not all have room: the first ones, the number of those that are not shown, the last ones.
  const bool all_fit = count <= tube.room();
  const std::size_t last = all_fit ? 0 : tube.room() / 3;
  const std::size_t first = all_fit ? count : tube.room() - 1 - last;
  graph.box(name, "tube", area);
  std::size_t place = 0;
  const auto draw_item = [&](std::size_t i) {
    const QueueItem& item = queue.items[i];
    graph.box(fmt::format("{}_{}", name, i), style_of(item), tube.place(place++), sign_of(item));
  };
  for (std::size_t i = 0; i < first; ++i) draw_item(i);
  if (all_fit) return;
  const PinArea gap = tube.place(place++);
  graph.text("note", gap.centre(), fmt::format("… {}", count - first - last), gap.width);
  for (std::size_t i = count - last; i < count; ++i) draw_item(i);
}

std::string balance_of(const QueueContents& queue) {
  const auto taken = std::count_if(queue.items.begin(), queue.items.end(),
                                   [](const QueueItem& item) { return item.is_taken; });
  return fmt::format("{} in, {} out", queue.items.size(), taken);
}

}  // namespace workbench::scenarios
