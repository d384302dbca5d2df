#include "scenarios/cli/subject_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

#include "core/one_line.h"
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

// As one word for a shell.
std::string one_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

// `brought_by` is the option that has named the file or its directory.
void load(const std::string& name, const std::string& brought_by, std::vector<std::string>& names) {
  SubjectFile file = load_subject(name);
  file.subject.program->brought_by = brought_by;
  for (const std::string& warning : file.warnings) fmt::print(stderr, "{}\n", on_one_line(warning));
  if (!file.why_skipped.empty()) {
    fmt::print(stderr, "skipped {}: {}\n", file.subject.name, on_one_line(file.why_skipped));
    return;
  }
  names.push_back(file.subject.name);
  try {
    add_subject(std::move(file.subject));
  } catch (const UsageError& error) {
    names.pop_back();
    throw TomlFileError(fmt::format("{}: {}", name, error.what()));
  }
}

void load_directory(const std::string& directory, const std::string& brought_by,
                    BrokenFile broken_file, std::vector<std::string>& names) {
  for (const std::string& file : subject_files_in(directory)) {
    try {
      load(file, brought_by, names);
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
  if (options.all) load_directory(peers_directory().string(), "--all-subjects", broken_file, names);
  if (!options.directory.empty()) {
    load_directory(options.directory, "--subjects " + one_word(options.directory), broken_file,
                   names);
  }
  if (!options.command.empty()) {
    names.emplace_back("command");
    add_subject({.name = names.back(),
                 .description = options.command,
                 .runtimes = {RuntimeKind::threads},
                 .run = {},
                 .program = OutsideProgram{
                     .command = options.command,
                     .brought_by = "--subject-command " + one_word(options.command)}});
  }
  return names;
}

std::vector<RunSpec> wanted_specs(const SubjectOptions& options,
                                  const std::vector<Scenario>& scenarios,
                                  const std::vector<std::string>& named,
                                  const std::vector<std::string>& brought) {
  if (!named.empty()) return specs_of(scenarios, named);
  if (brought.empty() && !options.directory.empty()) {
    throw UsageError(
        fmt::format("nothing to run: all subjects of {} are skipped", options.directory));
  }
  if (brought.empty()) return specs_of(scenarios);
  std::vector<RunSpec> specs = specs_of(scenarios, brought);
  if (options.all) {
    const auto own = specs_of(scenarios);
    specs.insert(specs.begin(), own.begin(), own.end());
  }
  return specs;
}

}  // namespace workbench::scenarios
