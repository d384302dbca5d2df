/// @file
/// The error for a file that a user has written, and that says something impossible.
#pragma once

#include <stdexcept>

namespace workbench::scenarios {

/// `file:line: what is wrong, and what is allowed`.
class TomlFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace workbench::scenarios
