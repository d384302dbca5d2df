#include "scenarios/report/junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstddef>
#include <map>
#include <string>

namespace workbench::scenarios {

void write_junit(std::ostream& out, const std::vector<JudgedRun>& runs,
                 const std::vector<Verdict>& fail_on) {
  boost::property_tree::ptree suite;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  double seconds = 0;
  std::map<std::string, std::size_t> times;  // a run may be made several times, and is told apart
  for (const JudgedRun& run : runs) {
    const RunRecord& record = run.record;
    const double took = record.elapsed_ms / 1000;
    boost::property_tree::ptree test;
    test.put("<xmlattr>.classname", fmt::format("scenario.{}", record.scenario));
    std::string name =
        fmt::format("scenario.{}.{}.{}", record.scenario, record.subject, name_of(record.runtime));
    const std::size_t time = ++times[name];
    if (time > 1) name += fmt::format(".{}", time);
    test.put("<xmlattr>.name", name);
    test.put("<xmlattr>.time", fmt::format("{:.3f}", took));
    ++tests;
    seconds += took;
    const bool is_unwanted =
        std::find(fail_on.begin(), fail_on.end(), record.verdict) != fail_on.end();
    if (run.is_different() || is_unwanted) {
      ++failures;
      std::vector<std::string> why = run.differences;
      if (is_unwanted) why.push_back(describe(record));
      test.put("failure.<xmlattr>.message", fmt::format("{}", fmt::join(why, "; ")));
    } else if (run.mark != Mark::as_expected && fail_on.empty()) {
      ++skipped;
      test.put("skipped.<xmlattr>.message",
               fmt::format("nothing is expected: {}", describe(record)));
    }
    suite.add_child("testcase", test);
  }
  boost::property_tree::ptree counts;
  counts.put("<xmlattr>.name", "scenarios");
  counts.put("<xmlattr>.tests", tests);
  counts.put("<xmlattr>.failures", failures);
  counts.put("<xmlattr>.skipped", skipped);
  counts.put("<xmlattr>.time", fmt::format("{:.3f}", seconds));
  counts.insert(counts.end(), suite.begin(), suite.end());
  boost::property_tree::ptree document;
  document.add_child("testsuite", counts);
  boost::property_tree::write_xml(
      out, document, boost::property_tree::xml_writer_make_settings<std::string>(' ', 2));
}

}  // namespace workbench::scenarios
