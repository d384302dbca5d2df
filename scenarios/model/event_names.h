/// @file
/// The names of the events, as they are printed.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "scenarios/model/enum_names.h"
#include "scenarios/trace/event.h"

namespace workbench::scenarios {

template <>
struct Names<trace::EventKind> {
  static constexpr std::array all{
      std::pair{trace::EventKind::start, std::string_view("start")},
      std::pair{trace::EventKind::push, std::string_view("push")},
      std::pair{trace::EventKind::pop, std::string_view("pop")},
      std::pair{trace::EventKind::block, std::string_view("block")},
      std::pair{trace::EventKind::wake, std::string_view("wake")},
      std::pair{trace::EventKind::action, std::string_view("action")},
      std::pair{trace::EventKind::done, std::string_view("done")},
      std::pair{trace::EventKind::raise, std::string_view("throw")},
      std::pair{trace::EventKind::pill, std::string_view("pill")},
      std::pair{trace::EventKind::stop, std::string_view("stop")},
      std::pair{trace::EventKind::exit, std::string_view("exit")},
      std::pair{trace::EventKind::join, std::string_view("join")},
      std::pair{trace::EventKind::verdict, std::string_view("verdict")},
  };
};

}  // namespace workbench::scenarios
