/// @file
/// The commands of `workbench`. Each has a file with its options, their parsing and its action.
/// Each function adds one command to `app`; if the user gives this command, its action is called
/// and sets `line.exit_code`.
#pragma once

#include "scenarios/cli/common_options.h"

namespace workbench::scenarios {

void add_list(CLI::App& app, CommandLine& line);       ///< list.cc: scenarios and subjects
void add_compare(CLI::App& app, CommandLine& line);    ///< compare.cc: side by side
void add_run(CLI::App& app, CommandLine& line);        ///< run.cc: one run, explained
void add_watch(CLI::App& app, CommandLine& line);      ///< watch.cc: the watchdog over any program
void add_explore(CLI::App& app, CommandLine& line);    ///< explore.cc: every schedule
void add_report(CLI::App& app, CommandLine& line);     ///< report.cc: HTML pages
void add_explain(CLI::App& app, CommandLine& line);    ///< explain.cc: what a verdict means
void add_exercises(CLI::App& app, CommandLine& line);  ///< course/exercises.cc: what there is to do
void add_grade(CLI::App& app, CommandLine& line);      ///< course/grade.cc: an answer, judged
void add_questions(CLI::App& app, CommandLine& line);  ///< course/questions.cc: for a quiz

/// Takes the words behind `--`, which are the program that `watch` is to run, out of the command
/// line and puts them into `line.watched`. The parser must not see them, because it would split and
/// strip them. Returns how many words are left to parse. Requires: all commands were added, and
/// there is a first word, the name of the program.
int take_watched(const CLI::App& app, CommandLine& line, int argc, char** argv);

}  // namespace workbench::scenarios
