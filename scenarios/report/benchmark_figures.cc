#include "scenarios/report/benchmark_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "scenarios/model/usage_error.h"
#include "scenarios/process/run_program.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// Numbers that the JSON has for every benchmark. All other numbers are counters of that benchmark.
const std::set<std::string> kNoCounters{"family_index",     "per_family_instance_index",
                                        "repetitions",      "repetition_index",
                                        "threads",          "iterations",
                                        "real_time",        "cpu_time",
                                        "items_per_second", "bytes_per_second"};

double seconds_in(const std::string& unit) {
  static const std::map<std::string, double> units{
      {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
  return units.at(unit);
}

// Takes a name apart: `throughput<KeepGoing<Threads>>/tasks:1000/workers:2/real_time`.
void take_apart(Figure& figure) {
  std::string rest = figure.name;
  for (const std::string_view clock : {"/real_time", "/manual_time", "/process_time"}) {
    if (const auto at = rest.find(clock); at != std::string::npos) rest.erase(at, clock.size());
  }
  const std::size_t open = rest.find('<');
  const std::size_t close = rest.rfind('>');
  const std::size_t slash = rest.find('/');
  if (open == std::string::npos || close == std::string::npos || slash < open) {
    figure.family = rest.substr(0, slash);
    if (slash != std::string::npos) figure.setting = rest.substr(slash + 1);
    return;
  }
  figure.family = rest.substr(0, open);
  figure.contestant = rest.substr(open + 1, close - open - 1);
  if (close + 2 < rest.size()) figure.setting = rest.substr(close + 2);
}

Figure figure_of(const std::string& program, const nlohmann::json& entry) {
  Figure figure{.program = program, .name = entry.at("run_name").get<std::string>()};
  take_apart(figure);
  figure.seconds =
      entry.at("real_time").get<double>() * seconds_in(entry.at("time_unit").get<std::string>());
  for (const char* rate : {"items_per_second", "bytes_per_second"}) {
    if (!entry.contains(rate)) continue;
    figure.rate = entry.at(rate).get<double>();
    figure.bytes = std::string_view(rate) == "bytes_per_second";
  }
  for (const auto& [key, value] : entry.items()) {
    if (value.is_number() && kNoCounters.count(key) == 0) figure.counters[key] = value;
  }
  return figure;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> programs_in(const fs::path& directory) {
  std::vector<fs::path> programs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && (name.starts_with("bench_") || name == "python_pools.py")) {
      programs.push_back(entry.path());
    }
  }
  std::sort(programs.begin(), programs.end());
  if (programs.empty()) {
    throw std::runtime_error(fmt::format(
        "no benchmarks in {}: configure with -DWORKBENCH_TESTS=ON and build", directory.string()));
  }
  return programs;
}

std::vector<std::string> machine_in(const std::string& json) {
  const auto context = nlohmann::json::parse(json).at("context");
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} processors of {} MHz; {}", context.value("num_cpus", 0),
                              context.value("mhz_per_cpu", 0), context.value("date", "")));
  std::string caches;
  for (const auto& cache : context.value("caches", nlohmann::json::array())) {
    caches += fmt::format("{}L{} {} {} KiB", caches.empty() ? "" : ", ", cache.value("level", 0),
                          cache.value("type", ""), cache.value("size", 0) / 1024);
  }
  if (!caches.empty()) lines.push_back(caches);  // virtual machines often do not show theirs
  lines.emplace_back(WORKBENCH_COMPILER);
  return lines;
}

}  // namespace

std::vector<Figure> figures_in(const std::string& program, const std::string& json) {
  std::vector<Figure> figures;
  std::map<std::string, double> spreads;
  try {
    const auto written = nlohmann::json::parse(json);
    for (const auto& entry : written.at("benchmarks")) {
      if (entry.value("error_occurred", false)) {
        throw std::runtime_error(entry.at("run_name").get<std::string>() + ": " +
                                 entry.value("error_message", ""));
      }
      const std::string kind = entry.value("aggregate_name", "");
      if (kind == "cv") spreads[entry.at("run_name")] = entry.at("real_time").get<double>();
      if (kind == "median" || (kind.empty() && entry.value("repetitions", 1) <= 1)) {
        figures.push_back(figure_of(program, entry));
      }
    }
  } catch (const std::exception& error) {
    throw std::runtime_error(fmt::format("{}: {}", program, error.what()));
  }
  for (Figure& figure : figures) {
    if (const auto spread = spreads.find(figure.name); spread != spreads.end()) {
      figure.spread = spread->second;
    }
  }
  return figures;
}

BenchmarkFigures measure(const BenchmarkOptions& options, const std::string& directory) {
  const auto programs = programs_in(options.programs);
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw std::runtime_error("cannot make " + directory + ": " + error.message());
  BenchmarkFigures measured;
  for (const fs::path& program : programs) {
    const std::string name = program.stem().string();
    const fs::path json = fs::path(directory) / (name + ".json");
    fmt::print(stderr, "running {}\n", name);
    run_program({program.string(), "--benchmark_out=" + json.string(),
                 "--benchmark_out_format=json", "--benchmark_report_aggregates_only=true",
                 fmt::format("--benchmark_repetitions={}", options.repetitions),
                 "--benchmark_min_time=0.1",
                 "--benchmark_filter=" + (options.filter.empty() ? "." : options.filter)});
    const std::string text = contents(json);
    if (text.empty()) continue;  // none of its benchmarks passes the filter
    const auto some = figures_in(name, text);
    if (some.empty()) continue;
    measured.figures.insert(measured.figures.end(), some.begin(), some.end());
    if (measured.machine.empty()) measured.machine = machine_in(text);
  }
  if (measured.figures.empty()) {
    throw UsageError(fmt::format(
        "no benchmark matches --filter '{}'; `{} --benchmark_list_tests` lists some of them",
        options.filter, programs.front().string()));
  }
  measured.machine.push_back(fmt::format("{} repetitions of each", options.repetitions));
  return measured;
}

}  // namespace workbench::scenarios
