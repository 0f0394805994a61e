#include "engine/config/csv.hpp"

#include <algorithm>
#include <unordered_set>

#include "engine/config/field.hpp"
#include "engine/config/text.hpp"
#include "engine/config/text_file.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

using Item = CsvTable::Item;

[[noreturn]] void refuse(Mark mark, const std::string& message) {
  throw ConfigError({Problem{std::move(mark), "", message, Severity::error}});
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<Item> cells_of(std::string_view line, const Mark& place) {
  std::vector<Item> cells;
  std::string text;
  bool quoted = false;
  int column = 1;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ',' && !quoted)) {
      if (i == line.size() && quoted) refuse(place, "a quote is not closed");
      cells.push_back({std::string(trimmed(text)), column});
      text.clear();
      column = static_cast<int>(i) + 2;
    } else if (line[i] == '"') {
      const bool doubled = quoted && i + 1 < line.size() && line[i + 1] == '"';
      if (doubled) text += line[i++];
      else quoted = !quoted;
    } else {
      text += line[i];
    }
  }
  return cells;
}

Record row_of(const std::vector<Item>& header, const std::vector<bool>& wanted, std::vector<Item> cells,
              const Mark& place) {
  if (cells.size() != header.size())
    refuse(place, "the row has " + std::to_string(cells.size()) + " cells, the header " +
                      std::to_string(header.size()));
  Record row{Record::Kind::map, place, {}, {}, {}};
  row.map.reserve(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].text.empty() || !wanted[i]) continue;
    const Mark mark{place.file, place.line, cells[i].column};
    row.map.push_back({header[i].text, mark, scalar_record(std::move(cells[i].text), mark)});
  }
  return row;
}

}  // namespace

CsvTable::CsvTable(const std::string& text, const std::string& name, const std::vector<std::string>& ignored)
    : file_(std::make_shared<const std::string>(name)), text_(plain_text(text, name)) {
  require_text(text_, {file_, 1, 1});
  const auto line = next_line();
  if (!line) refuse({file_, 0, 0}, "has no header line");
  header_line_ = line->number;
  header_ = cells_of(line_at(line->start), {file_, line->number, 1});
  std::unordered_set<std::string_view> known;
  for (std::size_t i = 0; i < header_.size(); ++i)
    if (!known.insert(header_[i].text).second)
      refuse(header_mark(i), "duplicate column " + in_quotes(header_[i].text));
  wanted_.assign(header_.size(), true);
  ignore(ignored);
}

void CsvTable::ignore(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const Item& cell : header_) names.push_back(cell.text);
  for (const std::string& column : columns) {
    const auto found = std::ranges::find(names, column);
    if (found == names.end())
      refuse(header_mark(0),
             "there is no column " + in_quotes(column) + " to ignore" + suggestion(column, names));
    wanted_[static_cast<std::size_t>(found - names.begin())] = false;
  }
}

std::string_view CsvTable::line_at(std::size_t start) const {
  return std::string_view(text_).substr(start, text_.find('\n', start) - start);
}

/// The next line that is neither empty nor a comment.
std::optional<CsvTable::LineStart> CsvTable::next_line() {
  while (line_.start < text_.size()) {
    const LineStart line = line_;
    const std::string_view content = line_at(line.start);
    line_ = {line.start + content.size() + 1, line.number + 1};
    const std::string_view words = trimmed(content);
    if (!words.empty() && words.front() != '#') return line;
  }
  return {};
}

std::optional<Record> CsvTable::next() {
  const auto line = next_line();
  if (!line) return {};
  rows_.push_back(*line);
  const Mark place{file_, line->number, 1};
  return row_of(header_, wanted_, cells_of(line_at(line->start), place), place);
}

Mark CsvTable::place(std::size_t row, const std::string& column) const {
  if (row >= rows_.size()) return {file_, 0, 0};
  Mark start{file_, rows_[row].number, 1};
  try {
    const std::vector<Item> cells = cells_of(line_at(rows_[row].start), start);
    for (std::size_t i = 0; i < std::min(cells.size(), header_.size()); ++i)
      if (header_[i].text == column) return {file_, start.line, cells[i].column};
  } catch (const ConfigError&) {  // a quote that is not closed
  }
  return start;
}

Record parse_csv(const std::string& text, const std::string& name) {
  CsvTable table(text, name);
  Record rows{Record::Kind::list, table.header_mark(0), {}, {}, {}};
  while (auto row = table.next()) rows.list.push_back(std::move(*row));
  return rows;
}

}  // namespace unhedged::config
