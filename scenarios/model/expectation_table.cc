#include "scenarios/model/expectation_table.h"

#include "scenarios/model/toml_file.h"

namespace workbench::scenarios {

Expectation read_expectation(const toml::table& table, const std::string& file, std::int64_t most) {
  TableReader reader(table, file, "an [expect.…]");
  Expectation expectation;
  expectation.verdict = reader.choice<Verdict>(reader.require("verdict"), "verdict");
  if (const toml::node* hang = reader.find("hang")) {
    if (expectation.verdict != Verdict::hang) {
      reader.fail(*hang, "'hang' is for verdict = \"hang\" only");
    }
    expectation.hang = reader.choice<HangKind>(*hang, "hang");
    if (expectation.hang == HangKind::lost_wakeup) {
      reader.fail(*hang, "'lost-wakeup' is a fault of a queue; no scenario may expect it");
    }
  }
  for (const OutcomeKind kind : kOutcomeKinds) {
    std::optional<std::size_t> count;
    reader.read(name_of(kind), count, 0, most);
    if (count) expectation.counts[kind] = *count;
  }
  reader.read("missing", expectation.missing, 0, most);
  if (const toml::node* why = reader.find("why")) expectation.why = reader.text(*why, "why");
  reader.finish();
  return expectation;
}

}  // namespace workbench::scenarios
