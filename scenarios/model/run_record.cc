#include "scenarios/model/run_record.h"

#include <fmt/format.h>

#include <filesystem>

namespace workbench::scenarios {

std::string place_of(const Where& where) {
  if (where.file == nullptr) return "";
  const std::filesystem::path path(where.file);
  return fmt::format("{}:{}", (path.parent_path().filename() / path.filename()).string(),
                     where.line);
}

std::string call_of(const Wait& wait) {
  return fmt::format("{}{}{}()", wait.queue, wait.queue.empty() ? "" : ".",
                     name_of(wait.operation));
}

std::string describe(const RunRecord& record) {
  std::string text(name_of(record.verdict));
  if (record.hang && record.hang->kind) text += fmt::format(" ({})", name_of(*record.hang->kind));
  return fmt::format("{}: {}", text, record.result.tally.summary());
}

}  // namespace workbench::scenarios
