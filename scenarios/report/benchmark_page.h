/// @file
/// A page about what the benchmarks measured: the second half of `workbench report`.
///
///     bench_throughput … ──JSON──▶ Figure … ──▶ tables, charts ──▶ benchmarks.html
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/report/benchmark_figures.h"

namespace workbench::scenarios {

/// A page with a table for each family. Beside each figure stands how it compares with the naive
/// pool and with the limit (AtomicClaim or BareThreads), and in its title the command that measures
/// it again. `charts`: an SVG element for some families. `machine`: lines that say what it was
/// measured on.
std::string benchmark_page(const std::vector<Figure>& figures,
                           const std::map<std::string, std::string>& charts,
                           const std::vector<std::string>& machine);

/// Measures (benchmark_figures.h), writes DIRECTORY/benchmarks.html, and prints its path. Throws
/// std::runtime_error if a program, or gnuplot, is missing or fails, or if a file cannot be
/// written.
void report_benchmarks(const BenchmarkOptions& options, const std::string& directory);

}  // namespace workbench::scenarios
