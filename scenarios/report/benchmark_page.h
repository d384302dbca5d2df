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

/// A page with a table for each family, with what each contestant is of the naive pool and of the
/// limit, a chart where there is a series, and the command for each figure. `charts`: an SVG
/// element by family. `machine`: lines that say what it was measured on.
std::string benchmark_page(const std::vector<Figure>& figures,
                           const std::map<std::string, std::string>& charts,
                           const std::vector<std::string>& machine);

/// Measures (benchmark_figures.h), and writes DIRECTORY/benchmarks.html. Prints the path of the
/// page. Throws std::runtime_error if a program is missing or fails, gnuplot included, or if a file
/// cannot be written.
void report_benchmarks(const BenchmarkOptions& options, const std::string& directory);

}  // namespace workbench::scenarios
