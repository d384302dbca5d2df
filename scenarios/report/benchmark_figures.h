/// @file
/// Runs the benchmark programs, and reads what they measured.
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
  std::optional<double> rate{};    ///< items or bytes a second, if it counts them
  bool bytes = false;              ///< `rate` counts bytes
  std::optional<double> spread{};  ///< standard deviation over mean; empty: one repetition
  std::map<std::string, double> counters{};  ///< its other counters
};

/// Reads the JSON that a program of Google Benchmark has written. Throws std::runtime_error, with
/// the name of the program, if the text is something else or reports an error.
std::vector<Figure> figures_in(const std::string& program, const std::string& json);

struct BenchmarkOptions {
  std::filesystem::path programs{};  ///< the directory that holds them
  int repetitions = 10;              ///< of each benchmark; at least 1
  std::string filter{};              ///< a regular expression: only benchmarks whose name matches
};

struct BenchmarkFigures {
  std::vector<Figure> figures{};
  std::vector<std::string> machine{};  ///< lines that say what it was measured on
};

/// Runs all programs, which takes minutes. The JSON of each stays in `directory`. Throws
/// std::runtime_error if a program is missing or fails, or if a file cannot be written, and
/// UsageError if no benchmark passes the filter.
BenchmarkFigures measure(const BenchmarkOptions& options, const std::string& directory);

}  // namespace workbench::scenarios
