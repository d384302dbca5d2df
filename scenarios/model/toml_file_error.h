/// @file
/// The error for a file that a user has written, and that says something impossible.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "core/one_line.h"

namespace workbench::scenarios {

/// `file:line: what is wrong, and what is allowed`. It quotes the file, in which a text may have a
/// line's end or a terminal's command: it stays one line all the same.
struct TomlFileError : std::runtime_error {
  explicit TomlFileError(std::string message)
      : std::runtime_error(on_one_line(std::move(message))) {}
};

}  // namespace workbench::scenarios
