/// @file
/// The error for wrong use of the workbench.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/one_line.h"

namespace workbench::scenarios {

/// The command line, or a file that it names, asks for something impossible. The message is the one
/// line that the user sees: what is wrong, and what is allowed. It stays one line whatever it
/// quotes. The program then exits with 2.
struct UsageError : std::runtime_error {
  explicit UsageError(std::string message) : std::runtime_error(on_one_line(std::move(message))) {}
};

}  // namespace workbench::scenarios
