#include "engine/config/csv.hpp"

#include <sstream>

#include "engine/config/text.hpp"

namespace unhedged::config {
namespace {

struct Cell {
  std::string text;
  int column;
};

[[noreturn]] void refuse(Mark mark, const std::string& message) {
  throw ConfigError({Problem{std::move(mark), "", message, Severity::error}});
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<Cell> cells_of(const std::string& line, const Mark& place) {
  std::vector<Cell> cells;
  std::string text;
  bool quoted = false;
  int column = 1;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ',' && !quoted)) {
      if (i == line.size() && quoted) refuse(place, "a quote is not closed");
      cells.push_back({trimmed(text), column});
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

Record row_of(const std::vector<Cell>& header, const std::vector<Cell>& cells, const Mark& place) {
  if (cells.size() != header.size())
    refuse(place, "the row has " + std::to_string(cells.size()) + " cells, the header " +
                      std::to_string(header.size()));
  Record row{Record::Kind::map, place, {}, {}, {}};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].text.empty()) continue;
    const Mark mark{place.file, place.line, cells[i].column};
    row.map.push_back({header[i].text, mark, scalar_record(cells[i].text, mark)});
  }
  return row;
}

void check_header(const std::vector<Cell>& header, const Mark& place) {
  for (std::size_t i = 0; i < header.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (header[i].text == header[j].text)
        refuse({place.file, place.line, header[i].column},
               "duplicate column \"" + header[i].text + "\"");
}

}  // namespace

Record parse_csv(const std::string& text, const std::string& name) {
  const auto file = std::make_shared<const std::string>(name);
  require_text(text, {file, 1, 1});
  Record rows{Record::Kind::list, {file, 1, 1}, {}, {}, {}};
  std::vector<Cell> header;
  std::istringstream stream(text);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    const Mark place{file, number, 1};
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#') continue;
    if (header.empty()) {
      header = cells_of(line, place);
      check_header(header, place);
    } else {
      rows.list.push_back(row_of(header, cells_of(line, place), place));
    }
  }
  if (header.empty()) refuse({file, 0, 0}, "has no header line");
  return rows;
}

}  // namespace unhedged::config
