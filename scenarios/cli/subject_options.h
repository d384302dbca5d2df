/// @file
/// Subjects from outside, on the command line.
#pragma once

#include <string>
#include <vector>

#include "scenarios/cli/common_options.h"
#include "scenarios/run/run_spec.h"

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

/// The runs that are meant. Whoever names subjects means those; whoever brings some along (they
/// have been `brought` by load_subjects) means these; with all peers, the workbench's own are
/// meant, too. Throws UsageError if everything that was to be brought is skipped.
std::vector<RunSpec> wanted_specs(const SubjectOptions& options,
                                  const std::vector<Scenario>& scenarios,
                                  const std::vector<std::string>& named,
                                  const std::vector<std::string>& brought);

}  // namespace workbench::scenarios
