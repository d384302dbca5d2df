#include "scenarios/benchmarks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>

#include "scenarios/graphs.h"
#include "scenarios/page.h"
#include "scenarios/program.h"
#include "scenarios/scratch.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHowToRead = R"(
<h2>How to read this</h2>
<p>Compare within a table: all of it was measured in one run on one machine, and what else that
machine did hit everybody. Between machines, compare ratios. A cell holds the median of the
repetitions, and behind ± the standard deviation as a part of the mean: differences smaller than
that are none.</p>
<p><b>× naive</b> is how much faster than the naive pool on the same runtime, which does not
promise to end. <b>× limit</b> is the same for the claiming of one index at a time from a shared
counter: as fast as tasks can be handed out one by one, without a queue, an error or an outcome.
For stops it is that of bare threads which look at one flag before each task.
The peers do not all do the same: what each promises, and what it does not, is in
<code>bench/peers.h</code>.</p>
<p>Empty tasks show what a pool costs, not how fast it makes a program: with tasks of a millisecond
all pools are alike, unless they deal the tasks out badly.</p>
)";

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

// `throughput<KeepGoing<Threads>>/tasks:1000/workers:2/real_time` into its parts.
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

std::string time_text(double seconds) {
  if (seconds < 1e-6) return fmt::format("{:.3g} ns", seconds * 1e9);
  if (seconds < 1e-3) return fmt::format("{:.3g} µs", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} s", seconds);
}

std::string rate_text(double rate, bool bytes) {
  const char* what = bytes ? "B/s" : "/s";
  if (rate >= 1e9) return fmt::format("{:.3g} G{}", rate / 1e9, what);
  if (rate >= 1e6) return fmt::format("{:.3g} M{}", rate / 1e6, what);
  if (rate >= 1e3) return fmt::format("{:.3g} k{}", rate / 1e3, what);
  return fmt::format("{:.3g} {}", rate, what);
}

// The distinct values of a member, in the order in which they come.
template <class Member>
std::vector<std::string> distinct(const std::vector<Figure>& figures, Member member) {
  std::vector<std::string> values;
  for (const Figure& figure : figures) {
    if (std::find(values.begin(), values.end(), figure.*member) == values.end()) {
      values.push_back(figure.*member);
    }
  }
  return values;
}

std::vector<Figure> of_family(const std::vector<Figure>& figures, const std::string& family) {
  std::vector<Figure> some;
  std::copy_if(figures.begin(), figures.end(), std::back_inserter(some),
               [&](const Figure& figure) { return figure.family == family; });
  return some;
}

const Figure* find(const std::vector<Figure>& family, const std::string& contestant,
                   const std::string& setting) {
  const auto found = std::find_if(family.begin(), family.end(), [&](const Figure& figure) {
    return figure.contestant == contestant && figure.setting == setting;
  });
  return found == family.end() ? nullptr : &*found;
}

// How much faster is one than the other?
std::string ratio(const Figure& figure, const Figure* base, std::string_view name) {
  if (base == nullptr || base->name == figure.name) return "";
  return fmt::format("<br>{:.3g} × {}", base->seconds / figure.seconds, name);
}

std::string cell(const Figure& figure, const std::vector<Figure>& family) {
  std::string html =
      figure.rate ? rate_text(*figure.rate, figure.bytes) : time_text(figure.seconds);
  if (figure.spread) html += fmt::format(" ± {:.0f} %", *figure.spread * 100);
  for (const auto& [name, value] : figure.counters) {
    html += fmt::format("<br>{}: ", escaped(name));
    html += value < 1000 ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
  }
  const bool processes = figure.contestant.find("Processes") != std::string::npos ||
                         figure.contestant.find("Python") != std::string::npos;
  html +=
      ratio(figure,
            find(family, processes ? "NaivePool<Processes>" : "NaivePool<Threads>", figure.setting),
            "naive");
  for (const char* limit : {"AtomicClaim", "BareThreads"}) {
    html += ratio(figure, find(family, limit, figure.setting), "limit");
  }
  return fmt::format("<td title=\"{} --benchmark_filter='{}'\">{}</td>", figure.program,
                     escaped(figure.name), html);
}

std::string table(const std::vector<Figure>& family) {
  const auto settings = distinct(family, &Figure::setting);
  std::string html = "<table>\n<tr><th></th>";
  for (const std::string& setting : settings) {
    std::string words = escaped(setting);
    std::replace(words.begin(), words.end(), '/', ' ');
    html += fmt::format("<th>{}</th>", words);
  }
  html += "</tr>\n";
  for (const std::string& contestant : distinct(family, &Figure::contestant)) {
    html += fmt::format("<tr><th>{}</th>", escaped(contestant));
    for (const std::string& setting : settings) {
      const Figure* figure = find(family, contestant, setting);
      html += figure == nullptr ? "<td>–</td>" : cell(*figure, family);
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

// ---- the charts ----

// Tasks a second over the number of tasks, with two workers, both logarithmic: each contestant has
// its own mark and dashes, so that no colour is needed.
std::optional<std::string> throughput_chart(const std::vector<Figure>& figures) {
  const auto family = of_family(figures, "throughput");
  const Scratch scratch;
  std::string plots;
  int series = 0;
  for (const std::string& contestant : distinct(family, &Figure::contestant)) {
    const fs::path data = scratch.path() / fmt::format("{}.dat", series);
    std::ofstream out(data);
    int points = 0;
    for (const Figure& figure : family) {
      int tasks = 0;
      int workers = 0;
      if (figure.contestant != contestant || !figure.rate ||
          std::sscanf(figure.setting.c_str(), "tasks:%d/workers:%d", &tasks, &workers) != 2 ||
          workers != 2) {
        continue;
      }
      out << tasks << ' ' << *figure.rate / 1e6 << '\n';
      ++points;
    }
    if (points == 0) continue;
    ++series;
    plots += fmt::format(
        "{}'{}' with linespoints linecolor black pointtype {} dashtype {} title '{}'",
        plots.empty() ? "plot " : ", ", data.string(), series, 1 + series % 5, contestant);
  }
  if (series == 0) return std::nullopt;
  const fs::path script = scratch.path() / "chart.gp";
  const fs::path chart = scratch.path() / "chart.svg";
  std::ofstream(script) << fmt::format(
      "set terminal svg size 900,560 font 'DejaVu Sans,12' background 'white'\nset output '{}'\n"
      "set logscale xy\nset xlabel 'tasks'\nset ylabel 'million tasks a second, 2 workers'\n"
      "set format x '10^{{%L}}'\nset grid\nset key outside right\n{}\n",
      chart.string(), plots);
  run_program({"gnuplot", script.string()}, "gnuplot-nox");
  std::ifstream in(chart);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::size_t start = text.find("<svg");
  if (start == std::string::npos) throw std::runtime_error("gnuplot wrote nothing");
  return text.substr(start);
}

// ---- running them ----

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
  if (!caches.empty()) lines.push_back(caches);  // virtual machines often have none to tell of
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

std::string benchmark_page(const std::vector<Figure>& figures,
                           const std::map<std::string, std::string>& charts,
                           const std::vector<std::string>& machine) {
  std::string html = "<h1>What safety costs</h1>\n<ul>\n";
  for (const std::string& line : machine) html += fmt::format("<li>{}</li>\n", escaped(line));
  html += fmt::format("</ul>\n{}", kHowToRead);
  for (const std::string& family : distinct(figures, &Figure::family)) {
    const auto some = of_family(figures, family);
    html += fmt::format(
        "<h2>{}</h2>\n<p>Again: <code>{} --benchmark_filter='^{}\\b' "
        "--benchmark_repetitions=10</code>; a cell's own filter is its title.</p>\n",
        escaped(family), some.front().program, escaped(family));
    if (const auto chart = charts.find(family); chart != charts.end()) {
      html += fmt::format("<figure>{}</figure>\n", chart->second);
    }
    html += table(some);
  }
  return page("What safety costs", html);
}

void report_benchmarks(const BenchmarkOptions& options, const std::string& directory) {
  const auto programs = programs_in(options.programs);
  run_program({"gnuplot", "--version"}, "gnuplot-nox");  // to miss it now, not after minutes
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw std::runtime_error("cannot make " + directory + ": " + error.message());
  std::vector<Figure> figures;
  std::vector<std::string> machine;
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
    if (text.empty()) continue;  // nothing of it passes the filter
    const auto some = figures_in(name, text);
    figures.insert(figures.end(), some.begin(), some.end());
    if (machine.empty()) machine = machine_in(text);
  }
  machine.push_back(fmt::format("{} repetitions of each", options.repetitions));
  std::map<std::string, std::string> charts;
  if (const auto chart = throughput_chart(figures)) charts["throughput"] = *chart;
  const fs::path page = fs::absolute(fs::path(directory) / "benchmarks.html").lexically_normal();
  std::ofstream out(page);
  out << benchmark_page(figures, charts, machine);
  if (!out.flush()) throw std::runtime_error("cannot write " + page.string());
  fmt::print("{}\n", page.string());
}

}  // namespace workbench::scenarios
