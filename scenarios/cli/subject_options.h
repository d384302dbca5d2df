/// @file
/// Subjects from outside, on the command line.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/common_options.h"

namespace workbench::scenarios {

struct SubjectOptions {
  std::string command{};    ///< of a subject named `command`
  std::string directory{};  ///< with files of subjects
  bool all = false;         ///< also the peers that come with the workbench
};

/// Adds `--subject-command`, `--subjects` and `--all-subjects`.
void add_subjects(CLI::App& command, SubjectOptions& options);

enum class BrokenFile {
  is_refused,
  is_said,  ///< on stderr; the others are known all the same
};

/// Makes these subjects known, and returns their names. Says on stderr which are skipped, and what
/// may be wrong. Throws UsageError and TomlFileError. To be called before any subject is looked up.
std::vector<std::string> load_subjects(const SubjectOptions& options,
                                       BrokenFile broken_file = BrokenFile::is_refused);

}  // namespace workbench::scenarios
