#include "reactor/report.h"

#include <fmt/format.h>

namespace workbench::reactor {

std::string Counts::describe() const {
  return fmt::format("{} tasks: {} ok, {} failed, {} lost, {} timed out, {} not started",
                     submitted(), ok, failed, lost, timed_out, not_started);
}

}  // namespace workbench::reactor
