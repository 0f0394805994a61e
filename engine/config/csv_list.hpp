#pragma once
#include <memory>

#include "engine/config/csv.hpp"
#include "engine/config/reader.hpp"

/// Lists of structs read from CSV files, of any length.
namespace unhedged::config {

/// The keys of a struct, to hold a header against.
struct CsvColumns {
  std::vector<std::string> names, required;
};

/// One problem for each column nobody knows; if there is none, one for each that is needed and missing.
/// Returns whether the rows can be read.
bool check_columns(const CsvTable& table, const CsvColumns& columns, const std::string& path,
                   Findings& findings);

/// Rows with problems that are read before the rest of a file is left alone.
inline constexpr std::size_t kMostBadRows = 1000;

/// Reads each row into a `T`; problems are of path[row].column, at the place of their cell. The file's
/// places are found again when they are asked for: noting them all would take more than the rows. `ignored`:
/// columns that are not read.
template <Described T>
void read_csv_list(const std::string& text, const std::string& name, const std::string& path,
                   std::vector<T>& out, const std::vector<std::string>& ignored, Findings& findings) {
  const auto table = std::make_shared<CsvTable>(text, name, ignored);
  CsvColumns columns;
  T sample{};
  const auto visit = [&](const Field& field, auto&) {
    columns.names.emplace_back(field.name);
    if (field.need == Need::required) columns.required.emplace_back(field.name);
  };
  Keys<T>::describe(visit, sample);
  if (!check_columns(*table, columns, path, findings)) return;
  findings.place_rows(
      path, [table](std::size_t row, const std::string& column) { return table->place(row, column); });
  std::size_t bad = 0;
  for (std::size_t row = 0; bad < kMostBadRows; ++row) {
    Findings found;
    T value{};
    try {
      const std::optional<Record> record = table->next();
      if (!record) return;
      Reader(found).read_struct(*record, element(path, row), value);
    } catch (const ConfigError& error) {
      for (const Problem& problem : error.problems())
        found.add(problem.mark, element(path, row), problem.message);
    }
    out.push_back(std::move(value));
    bad += found.failed() ? 1 : 0;
    findings.adopt(found.problems());
  }
  findings.add_at(
      path, "has " + std::to_string(kMostBadRows) + " rows with problems; the rows after them are not read");
}

}  // namespace unhedged::config
