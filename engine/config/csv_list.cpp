#include "engine/config/csv_list.hpp"

#include <algorithm>

#include "engine/core/utf8.hpp"

namespace unhedged::config {

bool check_columns(const CsvTable& table, const CsvColumns& columns, const std::string& path, Findings& findings) {
  std::vector<std::string> given;
  bool sound = true;
  for (std::size_t i = 0; i < table.header().size(); ++i) {
    given.push_back(table.header()[i].text);
    if (!table.reads(i)) continue;
    if (std::ranges::find(columns.names, given.back()) != columns.names.end()) continue;
    sound = false;
    findings.add(table.header_mark(i), path,
                 "unknown column " + in_quotes(given.back()) + (findings.full() ? "" : suggestion(given.back(), columns.names)));
  }
  if (!sound) return false;
  for (const std::string& name : columns.required)
    if (std::ranges::find(given, name) == given.end()) {
      sound = false;
      findings.add(table.header_mark(0), path, "has no column " + in_quotes(name));
    }
  return sound;
}

}  // namespace unhedged::config
