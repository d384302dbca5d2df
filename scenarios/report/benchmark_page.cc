#include "scenarios/report/benchmark_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "scenarios/process/run_program.h"
#include "scenarios/process/temporary_directory.h"
#include "scenarios/report/page/html.h"
#include "scenarios/report/page/site.h"

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
For stops it is that of bare threads which look at one flag before each task, for large results a
copy of the same bytes through a pair of sockets. Below each table stands what its limit is.
The peers do not all do the same: what each promises, and what it does not, is in
<code>bench/peers.h</code>.</p>
<p>Empty tasks show what a pool costs, not how fast it makes a program: with tasks of a millisecond
all pools are alike, unless they deal the tasks out badly.</p>
)";

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

// The distinct values of a member, in the order in which they first appear.
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

const Figure* find(const std::vector<Figure>& figures, std::string_view family,
                   std::string_view contestant, std::string_view setting) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const Figure& figure) {
    return figure.family == family && figure.contestant == contestant && figure.setting == setting;
  });
  return found == figures.end() ? nullptr : &*found;
}

// What a family could reach at most, as far as it was measured.
struct Bound {
  std::string_view family;      // of which it is the limit
  std::string_view in;          // the family that it is measured in
  std::string_view contestant;  // which of that family
  std::string_view words;
};
constexpr Bound kBounds[] = {
    {"throughput", "throughput", "AtomicClaim", "the claiming of one index at a time"},
    {"stop", "stop", "BareThreads", "bare threads that look at one flag"},
    {"large_results", "socketpair_copy", "", "a copy through a pair of sockets"}};

const Bound* bound_of(std::string_view family) {
  const auto found = std::find_if(std::begin(kBounds), std::end(kBounds),
                                  [&](const Bound& bound) { return bound.family == family; });
  return found == std::end(kBounds) ? nullptr : found;
}

std::string naive_of(const Figure& figure) {
  const bool processes = figure.contestant.find("Processes") != std::string::npos ||
                         figure.contestant.find("Python") != std::string::npos;
  return processes ? "NaivePool<Processes>" : "NaivePool<Threads>";
}

// How much faster `figure` is than `base`; empty if there is no base, or if they are the same.
std::string ratio(const Figure& figure, const Figure* base, std::string_view name) {
  if (base == nullptr || base->name == figure.name) return "";
  const double faster =
      figure.rate && base->rate ? *figure.rate / *base->rate : base->seconds / figure.seconds;
  return fmt::format("<br>{:.3g} × {}", faster, name);
}

// `all`: the figures of all families.
std::string cell(const Figure& figure, const std::vector<Figure>& all) {
  std::string html =
      figure.rate ? rate_text(*figure.rate, figure.bytes) : time_text(figure.seconds);
  if (figure.spread) html += fmt::format(" ± {:.0f} %", *figure.spread * 100);
  for (const auto& [name, value] : figure.counters) {
    html += fmt::format("<br>{}: ", escaped(name));
    html += value < 1000 ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
  }
  html += ratio(figure, find(all, figure.family, naive_of(figure), figure.setting), "naive");
  if (const Bound* bound = bound_of(figure.family); bound != nullptr) {
    html += ratio(figure, find(all, bound->in, bound->contestant, figure.setting), "limit");
  }
  return fmt::format("<td title=\"{} --benchmark_filter='{}'\">{}</td>", figure.program,
                     escaped(figure.name), html);
}

// What the ratios of a table are ratios to, as far as it has both ends.
std::string ratios_of(const std::vector<Figure>& family, const std::vector<Figure>& all) {
  const std::string& name = family.front().family;
  const bool has_naive = std::any_of(family.begin(), family.end(), [&](const Figure& figure) {
    return find(all, name, naive_of(figure), figure.setting) != nullptr;
  });
  const Bound* bound = bound_of(name);
  return fmt::format("<p>naive: {}; limit: {}.</p>\n",
                     has_naive ? "the naive pool on the same runtime" : "none, it takes no part",
                     bound == nullptr
                         ? "none was measured"
                         : fmt::format("{} (<code>{}</code>)", bound->words,
                                       bound->contestant.empty() ? bound->in : bound->contestant));
}

std::string table(const std::vector<Figure>& family, const std::vector<Figure>& all) {
  const auto settings = distinct(family, &Figure::setting);
  std::string html = "<table>\n<thead><tr><th scope=\"col\">contestant</th>";
  for (const std::string& setting : settings) {
    std::string words = escaped(setting);
    std::replace(words.begin(), words.end(), '/', ' ');
    html += fmt::format("<th scope=\"col\">{}</th>", words);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const std::string& contestant : distinct(family, &Figure::contestant)) {
    html += fmt::format("<tr><th scope=\"row\">{}</th>",
                        escaped(contestant.empty() ? family.front().family : contestant));
    for (const std::string& setting : settings) {
      const Figure* figure = find(all, family.front().family, contestant, setting);
      html += figure == nullptr ? "<td>–</td>" : cell(*figure, all);
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n" + ratios_of(family, all);
}

// A chart of tasks a second over the number of tasks, with two workers, on logarithmic axes. Each
// contestant has a mark and dashes of its own, so that no colour is needed.
std::optional<std::string> throughput_chart(const std::vector<Figure>& figures) {
  const auto family = of_family(figures, "throughput");
  const TemporaryDirectory directory;
  std::string plots;
  int series = 0;
  for (const std::string& contestant : distinct(family, &Figure::contestant)) {
    const fs::path data = directory.path() / fmt::format("{}.dat", series);
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
  const fs::path script = directory.path() / "chart.gp";
  const fs::path chart = directory.path() / "chart.svg";
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

}  // namespace

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
    html += table(some, figures);
  }
  return page("What safety costs", html);
}

void report_benchmarks(const BenchmarkOptions& options, const std::string& directory) {
  run_program({"gnuplot", "--version"}, "gnuplot-nox");  // if it is missing, fail before the work
  const auto [figures, machine] = measure(options, directory);
  std::map<std::string, std::string> charts;
  if (const auto chart = throughput_chart(figures)) charts["throughput"] = *chart;
  const fs::path page = fs::absolute(fs::path(directory) / "benchmarks.html").lexically_normal();
  std::ofstream out(page);
  out << benchmark_page(figures, charts, machine);
  if (!out.flush()) throw std::runtime_error("cannot write " + page.string());
  out.close();
  join_pages(directory);
  fmt::print("{}\n", page.string());
}

}  // namespace workbench::scenarios
