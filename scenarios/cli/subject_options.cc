#include "scenarios/cli/subject_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "scenarios/model/usage_error.h"
#include "scenarios/subjects/outside/subject_file.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// Where the peers are: beside a program that was built, or where it was installed.
fs::path peers_directory() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* way : {"../peers", "../share/workbench/peers"}) {
    if (fs::is_directory(here / way)) return fs::canonical(here / way);
  }
  throw UsageError("--all-subjects: the peers were not built with this workbench");
}

void load(const std::string& name, std::vector<std::string>& names) {
  SubjectFile file = load_subject(name);
  for (const std::string& warning : file.warnings) fmt::print(stderr, "{}\n", warning);
  if (!file.why_skipped.empty()) {
    fmt::print(stderr, "skipped {}: {}\n", file.subject.name, file.why_skipped);
    return;
  }
  names.push_back(file.subject.name);
  add_subject(std::move(file.subject));
}

void load_directory(const std::string& directory, BrokenFile broken_file,
                    std::vector<std::string>& names) {
  for (const std::string& file : subject_files_in(directory)) {
    try {
      load(file, names);
    } catch (const TomlFileError& error) {
      if (broken_file == BrokenFile::is_refused) throw;
      fmt::print(stderr, "{}\n", error.what());
    }
  }
}

}  // namespace

void add_subjects(CLI::App& command, SubjectOptions& options) {
  command
      .add_option("--subject-command", options.command,
                  "a pool of your own: a command that speaks the subject protocol")
      ->option_text("COMMAND");
  command
      .add_option("--subjects", options.directory, "pools of your own: a directory of their files")
      ->option_text("DIR");
  command.add_flag("--all-subjects", options.all,
                   "also pools of other libraries and languages, as far as they are there");
}

std::vector<std::string> load_subjects(const SubjectOptions& options, BrokenFile broken_file) {
  check_subjects();
  std::vector<std::string> names;
  if (options.all) load_directory(peers_directory().string(), broken_file, names);
  if (!options.directory.empty()) load_directory(options.directory, broken_file, names);
  if (!options.command.empty()) {
    names.emplace_back("command");
    add_subject({.name = names.back(),
                 .description = options.command,
                 .runtimes = {RuntimeKind::threads},
                 .run = {},
                 .program = OutsideProgram{.command = options.command}});
  }
  return names;
}

}  // namespace workbench::scenarios
