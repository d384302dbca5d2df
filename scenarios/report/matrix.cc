#include "scenarios/report/matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace workbench::scenarios {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kRuntimeWidth = 9;

struct Cell {
  std::string text;
  Mark mark = Mark::open;
};

std::string words_for(const RunRecord& record) {
  switch (record.verdict) {
    case Verdict::not_reached:
      return "not reached";
    case Verdict::not_applicable:
      return "not applicable";
    default:
      return std::string(name_of(record.verdict));
  }
}

// Of the same run, made once or several times.
Cell cell_of(const std::vector<const JudgedRun*>& runs) {
  const JudgedRun& first = *runs.front();
  if (runs.size() == 1) {
    std::string text = fmt::format("{} {}", static_cast<char>(first.mark), words_for(first.record));
    if (first.record.hang) text += fmt::format(" ({})", name_of(first.record.hang->proof));
    return {std::move(text), first.mark};
  }
  const auto different = std::find_if(runs.begin(), runs.end(),
                                      [](const JudgedRun* run) { return run->is_different(); });
  const Mark mark = different == runs.end() ? first.mark : Mark::different;
  std::map<std::string, std::size_t> counts;
  for (const JudgedRun* run : runs) ++counts[words_for(run->record)];
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const auto& [words, count] : counts) parts.push_back(fmt::format("{} {}", words, count));
  return {fmt::format("{} {}", static_cast<char>(mark), fmt::join(parts, ", ")), mark};
}

// Splits a name over the two lines of a column head: `reactor-`, `stop-on-error`.
std::pair<std::string, std::string> head_of(const std::string& subject) {
  const std::size_t dash = subject.find('-');
  if (dash == std::string::npos) return {subject, ""};
  return {subject.substr(0, dash + 1), subject.substr(dash + 1)};
}

struct Row {
  std::string scenario;
  RuntimeKind runtime;
  std::map<std::string, std::vector<const JudgedRun*>> runs{};  // by subject
  std::map<std::string, Cell> cells{};                          // by subject
};

struct Column {
  std::string subject;
  std::string language;
  std::size_t width = 0;
};

std::vector<Row> rows_of(const std::vector<JudgedRun>& runs) {
  std::vector<Row> rows;
  for (const JudgedRun& run : runs) {
    auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
      return each.scenario == run.spec.scenario->name && each.runtime == run.spec.runtime;
    });
    if (row == rows.end()) row = rows.insert(row, {run.spec.scenario->name, run.spec.runtime});
    row->runs[run.spec.subject->name].push_back(&run);
  }
  for (Row& row : rows) {
    for (const auto& [subject, same] : row.runs) row.cells[subject] = cell_of(same);
  }
  // Keep the scenarios in the order of `runs`, and the lines of one scenario together, in the order
  // of the runtimes.
  const auto place = [&](const Row& row) {
    const auto scenario = std::find_if(runs.begin(), runs.end(), [&](const JudgedRun& run) {
      return run.spec.scenario->name == row.scenario;
    });
    return std::pair(scenario, row.runtime);
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& left, const Row& right) { return place(left) < place(right); });
  return rows;
}

std::vector<Column> columns_of(const std::vector<Row>& rows) {
  std::vector<Column> columns;
  for (const Subject& subject : subjects()) {
    const auto [first, second] = head_of(subject.name);
    const std::string language = subject.program ? subject.program->language : "";
    Column column{subject.name, language, std::max(first.size(), second.size())};
    bool used = false;
    for (const Row& row : rows) {
      const auto cell = row.cells.find(subject.name);
      if (cell == row.cells.end()) continue;
      used = true;
      column.width = std::max(column.width, cell->second.text.size());
    }
    if (used) columns.push_back(std::move(column));
  }
  return columns;
}

// Distributes the columns over tables that are not too wide. `before` is the width of what stands
// to the left of the first column in each table.
std::vector<std::vector<Column>> tables_of(const std::vector<Column>& columns, std::size_t before,
                                           Grouping grouping) {
  std::vector<std::vector<Column>> tables;
  std::size_t width = kWidth;  // as if a table were full: the first column begins a new one
  for (const Column& column : columns) {
    const bool other_group = grouping == Grouping::language && !tables.empty() &&
                             tables.back().back().language != column.language;
    if (width + 1 + column.width > kWidth || other_group) {
      tables.emplace_back();
      width = before;
    }
    tables.back().push_back(column);
    width += 1 + column.width;
  }
  return tables;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string paint(const Cell& cell, const Palette& palette) {
  switch (cell.mark) {
    case Mark::as_expected:
      return palette.good(cell.text);
    case Mark::different:
      return palette.bad(cell.text);
    case Mark::open:
    case Mark::aside:
      break;
  }
  return cell.text;
}

std::string table(const std::vector<Row>& rows, const std::vector<Column>& columns,
                  std::size_t name_width, const Palette& palette) {
  std::string first =
      fmt::format("{:<{}} {:<{}}", "scenario", name_width, "runtime", kRuntimeWidth);
  std::string second(first.size(), ' ');
  for (const Column& column : columns) {
    const auto [above, below] = head_of(column.subject);
    first += fmt::format(" {:<{}}", above, column.width);
    second += fmt::format(" {:<{}}", below, column.width);
  }
  std::string text = palette.strong(trimmed(first));
  if (second.find_first_not_of(' ') != std::string::npos) text += palette.strong(trimmed(second));

  std::string scenario_before;
  for (const Row& row : rows) {
    std::string line;
    std::size_t gap = 0;  // blanks to put before the next cell, if there is one
    bool any = false;
    for (const Column& column : columns) {
      const auto cell = row.cells.find(column.subject);
      if (cell == row.cells.end()) {
        gap += 1 + column.width;
        continue;
      }
      line += std::string(gap + 1, ' ') + paint(cell->second, palette);
      gap = column.width - cell->second.text.size();
      any = true;
    }
    if (!any) continue;
    const std::string& name = row.scenario == scenario_before ? "" : row.scenario;
    text += fmt::format("{:<{}} {:<{}}{}\n", name, name_width, name_of(row.runtime), kRuntimeWidth,
                        line);
    scenario_before = row.scenario;
  }
  return text;
}

}  // namespace

std::string matrix(const std::vector<JudgedRun>& runs, const Palette& palette, Grouping grouping) {
  const auto rows = rows_of(runs);
  std::size_t name_width = std::string_view("scenario").size();
  for (const Row& row : rows) name_width = std::max(name_width, row.scenario.size());
  std::string text;
  std::vector<Column> columns_in_order = columns_of(rows);
  if (grouping == Grouping::language) {
    std::stable_sort(
        columns_in_order.begin(), columns_in_order.end(),
        [](const Column& left, const Column& right) { return left.language < right.language; });
  }
  for (const auto& columns :
       tables_of(columns_in_order, name_width + 1 + kRuntimeWidth, grouping)) {
    if (!text.empty()) text += "\n";
    if (grouping == Grouping::language && !columns.front().language.empty()) {
      text += palette.strong(columns.front().language) + "\n";
    }
    text += table(rows, columns, name_width, palette);
  }
  return text;
}

}  // namespace workbench::scenarios
