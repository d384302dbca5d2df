/// @file
/// What `watch` says of a program that it has watched, as text: for stderr, for the summary of a CI
/// job (Markdown), and for its list of tests (JUnit).
///
///     HANG, proved: nothing of it runs, and nothing can wake it
///     first cause: worker 4713 was killed by SIGKILL 0.4 s before everything stood still
///       process 4711 main: pool 4711 waits for a pipe:[99] (fd 3); its other end: pool 4711 (fd 4)
///           read in libc.so.6
///           collect() at pool.cc:31
///
/// The first lines say what a person wants to know first; threads that do the same are one entry.
///
/// Thread safety: free functions without state.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "scenarios/report/color.h"
#include "scenarios/run/watch_program.h"

namespace workbench::scenarios {

/// What there is to say of a program that has a verdict. Empty if it has just ended.
std::vector<std::string> lines_of(const ProgramSpec& spec, const ProgramRecord& record,
                                  const Palette& palette);

/// `pool --size 3`, as a shell would take it; or `process 4711`.
std::string title_of(const ProgramSpec& spec);

void write_markdown(std::ostream& out, const ProgramSpec& spec, const ProgramRecord& record);

/// A suite with one test, which has failed if `failed`.
void write_junit(std::ostream& out, const ProgramSpec& spec, const ProgramRecord& record,
                 bool failed);

}  // namespace workbench::scenarios
