/// @file
/// One run of an outside subject: what its program is told, how it is started, and what it has
/// written down.
///
///     workbench ── scenario.json, environment ──▶ /bin/sh -c COMMAND
///         ▲                                             │
///         └───────────── account (a file) ◀─────────────┘
///
/// docs/pages/subject_protocol.md has all of it, for those who write such a program.
#pragma once

#include <string>

#include "core/posix/unique_fd.h"
#include "core/time.h"
#include "scenarios/process/temporary_directory.h"
#include "scenarios/subjects/outside/account.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

class OutsideRun {
 public:
  /// Makes the files, in a directory that goes with this object. Throws std::system_error, or
  /// std::runtime_error if the scenario cannot be written down. `subject` must be an outside one.
  /// Both must outlive this.
  OutsideRun(const Scenario& scenario, const Subject& subject);

  /// In the child: becomes the program. Returns only if there is no shell.
  int become_program() const;

  /// What the program has written down until now.
  Account account() const;

  /// How long ago it has written the last line, or was started.
  Duration quiet_for() const;

 private:
  void tell_by_environment() const;

  const Scenario& scenario_;
  const RuntimeKind runtime_;
  const OutsideProgram& program_;
  TemporaryDirectory directory_;
  // Opened before the program starts: it may remove the file, or put something else in its place.
  posix::UniqueFd account_;
};

}  // namespace workbench::scenarios
