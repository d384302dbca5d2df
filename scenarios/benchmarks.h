/// @file
/// What the benchmarks measured, and a page about it: the second half of `workbench report`.
///
///     bench_throughput … ──JSON──▶ Figure … ──▶ tables, charts ──▶ benchmarks.html
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace workbench::scenarios {

/// One line of a benchmark: the median of its repetitions.
struct Figure {
  std::string program{};  ///< `bench_throughput`
  std::string name{};     ///< as the program calls it, for its `--benchmark_filter`
  std::string
      contestant{};       ///< `KeepGoing<Threads>` of `throughput<KeepGoing<Threads>>/tasks:1000`
  std::string family{};   ///< `throughput` of that
  std::string setting{};  ///< `tasks:1000` of that
  double seconds = 0;     ///< real time of one iteration
  std::optional<double> rate{};    ///< items, or bytes, a second, where it counts them
  bool bytes = false;              ///< those are bytes
  std::optional<double> spread{};  ///< standard deviation over mean; empty: one repetition
  std::map<std::string, double> counters{};  ///< what else it counts
};

/// Reads what a program of Google Benchmark has written as JSON. Throws std::runtime_error, with
/// the name of the program, if it is none of that.
std::vector<Figure> figures_in(const std::string& program, const std::string& json);

/// A page with a table for each family, with what each contestant is of the naive pool and of the
/// limit, a chart where there is a series, and the command for each figure. `charts`: an SVG
/// element by family. `machine`: lines that say what it was measured on.
std::string benchmark_page(const std::vector<Figure>& figures,
                           const std::map<std::string, std::string>& charts,
                           const std::vector<std::string>& machine);

struct BenchmarkOptions {
  std::filesystem::path programs{};  ///< the directory that holds them
  int repetitions = 10;              ///< of each, >= 1
  std::string filter{};              ///< only those whose name it matches: a regular expression
};

/// Runs all programs, which takes minutes, and writes DIR/benchmarks.html and what each program
/// wrote. Prints the path of the page. Throws std::runtime_error if one is missing or fails, if
/// gnuplot is missing, or if a file cannot be written.
void report_benchmarks(const BenchmarkOptions& options, const std::string& directory);

}  // namespace workbench::scenarios
