#include "scenarios/junit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <chrono>

#include "scenarios/judge.h"

namespace workbench::scenarios {

void write_junit(std::ostream& out, const std::vector<Job>& jobs,
                 const std::vector<RunRecord>& records) {
  boost::property_tree::ptree suite;
  std::size_t tests = 0;
  std::size_t failures = 0;
  double seconds = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Expectation* expectation = jobs[i].expectation();
    if (expectation == nullptr) continue;
    const RunRecord& record = records[i];
    const double took = record.elapsed_ms / 1000;
    boost::property_tree::ptree test;
    test.put("<xmlattr>.classname", fmt::format("scenario.{}", record.scenario));
    test.put("<xmlattr>.name",
             fmt::format("scenario.{}.{}.{}", record.scenario, record.subject, record.runtime));
    test.put("<xmlattr>.time", fmt::format("{:.3f}", took));
    ++tests;
    seconds += took;
    if (const auto found = differences(record, *expectation); !found.empty()) {
      ++failures;
      test.put("failure.<xmlattr>.message", fmt::format("{}", fmt::join(found, "; ")));
    }
    suite.add_child("testcase", test);
  }
  boost::property_tree::ptree counts;
  counts.put("<xmlattr>.name", "scenarios");
  counts.put("<xmlattr>.tests", tests);
  counts.put("<xmlattr>.failures", failures);
  counts.put("<xmlattr>.time", fmt::format("{:.3f}", seconds));
  counts.insert(counts.end(), suite.begin(), suite.end());
  boost::property_tree::ptree document;
  document.add_child("testsuite", counts);
  boost::property_tree::write_xml(
      out, document, boost::property_tree::xml_writer_make_settings<std::string>(' ', 2));
}

}  // namespace workbench::scenarios
