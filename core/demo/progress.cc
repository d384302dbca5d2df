#include "core/demo/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace workbench::demo {
namespace {

constexpr std::size_t kCells = 30;
constexpr Duration kPace = std::chrono::milliseconds(50);  // nobody could read it faster

bool can_draw() {
  const char* const terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

ProgressBar::ProgressBar() : visible_(can_draw()) {}

ProgressBar::~ProgressBar() {
  if (open_) std::fputc('\n', stderr);
}

void ProgressBar::show(std::size_t done, std::size_t failed, std::size_t total) {
  const bool last = done == total;
  const TimePoint now = Clock::now();
  if (!visible_ || (!last && now - last_drawn_ < kPace)) return;
  last_drawn_ = now;
  open_ = !last;
  fmt::print(stderr, "\r[{:-<{}}] {}/{}", fmt::format("{:#<{}}", "", kCells * done / total), kCells,
             done, total);
  if (failed > 0) fmt::print(stderr, ", {} not ok", failed);
  if (last) fmt::print(stderr, "\n");
}

}  // namespace workbench::demo
