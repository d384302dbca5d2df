#include "scenarios/grade/grade_text.h"

#include <fmt/format.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "scenarios/report/wrapped.h"

namespace workbench::scenarios {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string outcome_of(const GradedClaim& claim, const Grade& grade) {
  if (!grade.problems.empty()) return "not tried: it could not be run";
  return claim.outcome.empty() ? "not tried: an earlier run did not end" : claim.outcome;
}

// Why a claim does not hold, in full.
std::string feedback_on(const GradedClaim& claim, const Grade& grade) {
  if (claim.holds()) return "";
  if (!grade.problems.empty()) return "It was not run: see what the compiler says.\n";
  const std::string hint = claim.hint.empty() ? "" : "Hint: " + claim.hint + "\n";
  return outcome_of(claim, grade) + "\n" + joined(claim.lines) + hint;
}

// XML 1.0 has no place for most control characters. (The texts have none; their bytes may be
// anything else.)
std::string as_utf8(const std::string& text) {
  const Json json = text;
  return Json::parse(json.dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace

std::string text_of(const Exercise& exercise, const Grade& grade, const Palette& palette) {
  std::string text = palette.strong(fmt::format("{}: {}", exercise.name, exercise.title)) + "\n";
  if (!grade.problems.empty()) {
    text += palette.bad("It was not run:") + "\n";
    for (const std::string& line : grade.problems) text += "  " + line + "\n";
  }
  for (const GradedClaim& claim : grade.claims) {
    const std::string mark = claim.holds() ? palette.good("+") : palette.bad("x");
    text += fmt::format("{} {:>2} of {:>2}  {}\n", mark, claim.earned, claim.points,
                        wrapped(claim.says, 12));
    if (claim.holds() || !grade.problems.empty()) continue;
    text += fmt::format("    {}\n", palette.bad(outcome_of(claim, grade)));
    for (const std::string& line : claim.lines) text += fmt::format("      {}\n", line);
    if (!claim.hint.empty()) text += fmt::format("    hint: {}\n", wrapped(claim.hint, 10));
  }
  text += palette.strong(fmt::format("{} of {} points", grade.earned(), grade.points())) + "\n";
  if (!grade.not_isolated.empty()) {
    text += palette.faint(fmt::format("(not isolated from this machine: {})", grade.not_isolated)) +
            "\n";
  }
  return text;
}

Json to_json(const Exercise& exercise, const Grade& grade) {
  Json claims = Json::array();
  for (const GradedClaim& claim : grade.claims) {
    claims.push_back({{"says", claim.says},
                      {"points", claim.points},
                      {"earned", claim.earned},
                      {"holds", claim.holds()},
                      {"outcome", claim.holds() ? "" : outcome_of(claim, grade)},
                      {"explanation", claim.lines},
                      {"hint", claim.holds() ? "" : claim.hint}});
  }
  return {{"schema_version", 1},
          {"exercise", exercise.name},
          {"title", exercise.title},
          {"earned", grade.earned()},
          {"points", grade.points()},
          {"compiled", grade.problems.empty()},
          {"problems", grade.problems},
          {"claims", claims},
          {"isolated", grade.not_isolated.empty()}};
}

Json to_gradescope(const Exercise& exercise, const Grade& grade) {
  Json tests = Json::array();
  for (const GradedClaim& claim : grade.claims) {
    tests.push_back({{"name", claim.says},
                     {"score", claim.earned},
                     {"max_score", claim.points},
                     {"status", claim.holds() ? "passed" : "failed"},
                     {"output_format", "text"},
                     {"output", feedback_on(claim, grade)},
                     {"visibility", "visible"}});
  }
  return {
      {"score", grade.earned()},
      {"output_format", "text"},
      {"output", fmt::format("{}: {}\n{}", exercise.name, exercise.title, joined(grade.problems))},
      {"visibility", "visible"},
      {"stdout_visibility", "hidden"},
      {"tests", tests}};
}

void write_junit(std::ostream& out, const Exercise& exercise, const Grade& grade) {
  boost::property_tree::ptree suite;
  std::size_t failures = 0;
  boost::property_tree::ptree tests;
  for (const GradedClaim& claim : grade.claims) {
    boost::property_tree::ptree test;
    test.put("<xmlattr>.classname", "exercise." + exercise.name);
    test.put("<xmlattr>.name", as_utf8(claim.says));
    if (!claim.holds()) {
      ++failures;
      const std::string first =
          grade.problems.empty() ? outcome_of(claim, grade) : grade.problems.front();
      test.put("failure.<xmlattr>.message", as_utf8(first));
      test.put("failure", as_utf8(grade.problems.empty() ? feedback_on(claim, grade)
                                                         : joined(grade.problems)));
    }
    tests.push_back({"testcase", test});
  }
  suite.put("<xmlattr>.name", exercise.name);
  suite.put("<xmlattr>.tests", grade.claims.size());
  suite.put("<xmlattr>.failures", failures);
  suite.insert(suite.end(), tests.begin(), tests.end());
  boost::property_tree::ptree document;
  document.add_child("testsuite", suite);
  boost::property_tree::write_xml(
      out, document, boost::property_tree::xml_writer_make_settings<std::string>(' ', 2));
}

}  // namespace workbench::scenarios
