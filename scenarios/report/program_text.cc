#include "scenarios/report/program_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <utility>

#include "core/exit.h"
#include "core/one_line.h"
#include "scenarios/run/scene_text.h"

namespace workbench::scenarios {
namespace {

constexpr std::size_t kMostWakers = 6;  // of an idle program
constexpr int kCodeOfHang = 3;          // exit codes of `watch` that mean something else
constexpr int kCodeOfDeadline = 124;

std::string partial_hang_of(const ProgramRecord& record) {
  return fmt::format("IDLE after {:.0f} ms, and some of its threads wait for each other",
                     record.elapsed_ms);
}

std::string headline_of(const ProgramRecord& record) {
  switch (record.verdict) {
    case ProgramVerdict::hang:
      return "HANG, proved: nothing of it runs, and nothing can wake it";
    case ProgramVerdict::idle:
      if (!record.scene.circle().empty()) return partial_hang_of(record);
      return fmt::format("IDLE: nothing of it runs after {:.0f} ms, but it could be woken: {}",
                         record.elapsed_ms, record.scene.finding.why);
    default:
      return fmt::format("STUCK: not done after {:.0f} ms, but alive: {}", record.elapsed_ms,
                         record.scene.finding.why);
  }
}

void append_wakers(std::vector<std::string>& lines, const std::vector<std::string>& wakers) {
  lines.emplace_back("what could wake it:");
  for (const std::string& each : wakers) {
    if (lines.size() > kMostWakers) break;
    lines.push_back("  " + each);
  }
  if (wakers.size() > kMostWakers) {
    lines.push_back(fmt::format("  and {} more", wakers.size() - kMostWakers));
  }
}

bool is_over(ProgramVerdict verdict) {
  return verdict == ProgramVerdict::completed || verdict == ProgramVerdict::crash;
}

}  // namespace

std::string title_of(const ProgramSpec& spec) {
  return spec.pid != 0 ? fmt::format("process {}", spec.pid)
                       : on_one_line(fmt::format("{}", fmt::join(spec.command, " ")));
}

std::vector<std::string> lines_of(const ProgramSpec& spec, const ProgramRecord& record,
                                  const Palette& palette) {
  std::vector<std::string> lines;
  if (!record.defiant.empty()) {
    lines.push_back(
        fmt::format("not permitted to end: process {}", fmt::join(record.defiant, ", ")));
  }
  const bool as_asked = record.ended_by_force || record.end.signal == record.interrupted_by;
  if (record.verdict == ProgramVerdict::crash && !as_asked) {
    lines.push_back(fmt::format("CRASH: ended by {}", signal_name(*record.end.signal)));
  }
  if (record.left_behind > 0) {
    lines.push_back(
        fmt::format("{} processes outlived the command and were ended", record.left_behind));
  }
  if (as_asked) return lines;
  if (is_over(record.verdict)) {
    const int code = record.end.code.value_or(0);
    if (spec.pid == 0 && (code == kCodeOfHang || code == kCodeOfDeadline)) {
      lines.push_back(fmt::format("the program itself has exited with code {}", code));
    }
    if (spec.pid != 0) lines.push_back(fmt::format("process {} has ended", spec.pid));
    return lines;
  }
  lines.push_back(palette.bad(on_one_line(headline_of(record))));
  const std::string cause = first_cause(record);
  if (!cause.empty()) lines.push_back("first cause: " + on_one_line(cause));
  const std::string circle = record.scene.circle();
  if (!circle.empty() && circle != cause) lines.push_back(circle);
  if (record.verdict == ProgramVerdict::idle) {
    std::vector<std::string> wakers;
    const bool headline_names_it = record.scene.wakers.size() < 2 && record.scene.circle().empty();
    if (!headline_names_it) append_wakers(wakers, record.scene.wakers);
    lines.insert(lines.end(), wakers.begin(), wakers.end());
  }
  const std::vector<std::string> threads = lines_of(record.scene);
  lines.insert(lines.end(), threads.begin(), threads.end());
  for (const std::string& core : record.cores) lines.push_back("core file: " + core);
  return lines;
}

void write_markdown(std::ostream& out, const ProgramSpec& spec, const ProgramRecord& record) {
  const Palette plain(ColorMode::never, -1);
  fmt::print(out, "### `{}`: {}\n\n", title_of(spec), name_of(record.verdict));
  const auto lines = lines_of(spec, record, plain);
  if (lines.empty()) return;
  // Text of a program may hold anything, also a fence.
  for (const std::string& line : lines) fmt::print(out, "    {}\n", line);
  fmt::print(out, "\n");
}

void write_junit(std::ostream& out, const ProgramSpec& spec, const ProgramRecord& record,
                 bool failed) {
  using boost::property_tree::ptree;
  const Palette plain(ColorMode::never, -1);
  const std::string seconds = fmt::format("{:.3f}", record.elapsed_ms / 1000);
  ptree test;
  test.put("<xmlattr>.classname", "watch");
  test.put("<xmlattr>.name", title_of(spec));
  test.put("<xmlattr>.time", seconds);
  if (failed) {
    test.put("failure.<xmlattr>.message", std::string(name_of(record.verdict)));
    test.put("failure", fmt::format("{}", fmt::join(lines_of(spec, record, plain), "\n")));
  }
  ptree document;
  document.put("testsuite.<xmlattr>.name", "watch");
  document.put("testsuite.<xmlattr>.tests", 1);
  document.put("testsuite.<xmlattr>.failures", failed ? 1 : 0);
  document.put("testsuite.<xmlattr>.time", seconds);
  document.add_child("testsuite.testcase", test);
  boost::property_tree::write_xml(
      out, document, boost::property_tree::xml_writer_make_settings<std::string>(' ', 2));
}

}  // namespace workbench::scenarios
