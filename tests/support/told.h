/// @file
/// A program for the explorer that leaves a word about its end.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "core/simulated/explorer.h"

namespace workbench::testing {

/// Its outcome is what `tell` returns, or how it failed to return.
struct Told : simulated::Program {
  explicit Told(std::function<std::string()> tell) {
    run = [this, tell = std::move(tell)] {
      said_ = "nothing";
      said_ = tell();
    };
    outcome = [this](simulated::Ending ending) {
      switch (ending) {
        case simulated::Ending::finished:
          return said_;
        case simulated::Ending::deadlock:
          return std::string("hang");
        case simulated::Ending::too_long:
          return std::string("too long");
        case simulated::Ending::stopped:
          break;
      }
      return std::string("stopped");
    };
  }
  Told(const Told&) = delete;

 private:
  std::string said_;
};

}  // namespace workbench::testing
