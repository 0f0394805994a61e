#include "engine/config/csv_list.hpp"

#include <algorithm>

#include "engine/core/utf8.hpp"

namespace unhedged::config {

bool check_columns(const CsvTable& table, const CsvColumns& columns, const std::string& path,
                   Findings& findings) {
  std::vector<std::string> given;
  bool sound = true;
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    given.push_back(table.header()[i].text);
    if (!table.reads(i)) continue;
    if (std::ranges::find(columns.names, given.back()) != columns.names.end()) continue;
    sound = false;
    findings.add(table.header_mark(i), path,
                 "unknown column " + in_quotes(given.back()) +
                     (findings.full() ? "" : suggestion(given.back(), columns.names)));
  }
  if (!sound) return false;
  for (const std::string& name : columns.required) {
    const auto found = std::ranges::find(given, name);
    const auto column = static_cast<std::size_t>(found - given.begin());
    if (found != given.end() && table.reads(column)) continue;
    sound = false;
    if (found == given.end()) findings.add(table.header_mark(0), path, "has no column " + in_quotes(name));
    else
      findings.add(table.header_mark(column), path,
                   "column " + in_quotes(name) + " is needed and cannot be ignored");
  }
  return sound;
}

}  // namespace unhedged::config
