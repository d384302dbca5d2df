/// @file
/// Reads outside subjects from TOML (docs/pages/subject_protocol.md).
///
///     [subject]
///     name        = "my-pool"
///     description = "a pool of my own"
///     command     = "python3 my_pool.py"
///
///     [expect."one-task-throws"]
///     verdict = "reported"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/toml_file_error.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

struct SubjectFile {
  Subject subject{};
  std::string why_skipped{};            ///< it cannot be run here: `needs rustc`; empty: it can
  std::vector<std::string> warnings{};  ///< a line each
};

/// `file` is the name that errors show; its directory is that in which the command is started.
/// Throws TomlFileError.
SubjectFile parse_subject(std::string_view text, const std::string& file);

/// The same for a file. Throws TomlFileError, also if it cannot be read.
SubjectFile load_subject(const std::string& file);

/// Every `*.toml` of a directory, in the order of their names. Throws UsageError if it is no
/// directory or has no such file.
std::vector<std::string> subject_files_in(const std::string& directory);

}  // namespace workbench::scenarios
