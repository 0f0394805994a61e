#include "engine/app/export_tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/app/csv_text.hpp"
#include "engine/app/export_rows.hpp"

namespace unhedged::app {
namespace {

using output::ElementType;
using output::Hdf5Reader;
using output::ResultFile;

std::string group_of(const std::string& name) { return name.substr(0, name.rfind('/')); }

/// positions_position of /positions and [/positions/position].
std::string table_name(const std::string& group, const std::vector<std::string>& dimensions) {
  std::string out = group.empty() ? "" : last_part(group);
  for (const std::string& dimension : dimensions) out += (out.empty() ? "" : "_") + last_part(dimension);
  return out;
}

/// Whether a row holds the four numbers of an estimate.
bool holds_estimates(const ExportTable& table) { return last_part(table.dimensions.back()) == "estimate"; }

std::string header_of(const ResultFile& result, const ExportTable& table) {
  std::string out;
  const std::size_t beside = table.dimensions.size() - (holds_estimates(table) ? 1 : 0);
  for (std::size_t k = 0; k < beside; ++k) out += csv_field(last_part(table.dimensions[k])) + ",";
  for (const std::string& column : table.columns) {
    if (!holds_estimates(table)) {
      out += csv_field(last_part(column)) + ",";
      continue;
    }
    for (const std::string& part : labels_of(result, table.dimensions.back()))
      out += csv_field(last_part(column) + "_" + part) + ",";
  }
  out.back() = '\n';
  return out;
}

/// Before room is made for what a file only claims to hold. errors  IoError
void require_filled(const ResultFile& result, const std::string& column) {
  const std::vector<std::uint64_t>& sizes = result.file().sizes(column);
  if (std::ranges::find(sizes, std::uint64_t{0}) != sizes.end()) return;
  ExportRows(result, column).read(std::vector<std::uint64_t>(sizes.size() - 1, 0));
}

/// One part of a table: what lies behind its first indices.
class CsvPart {
 public:
  CsvPart(const ResultFile& result, const ExportTable& table,
          const std::vector<std::vector<std::string>>& labels)
      : table_(table), labels_(labels), sizes_(result.file().sizes(table.columns.front())) {
    for (const std::string& column : table.columns) rows_.emplace_back(result, column);
  }

  void write(const std::vector<std::uint64_t>& leading, const TextSink& out, Stop stop) {
    for (ExportRows& rows : rows_) rows.read(leading);
    const std::size_t wide = holds_estimates(table_) ? sizes_.back() : 1;
    std::string text;
    for (std::size_t i = 0; i < rows_.front().count(); i += wide) {
      add_labels(leading, i, text);
      for (const ExportRows& rows : rows_)
        for (std::size_t k = 0; k < wide; ++k) text += csv_field(rows.text(i + k)) + ",";
      text.back() = '\n';
      if ((i + wide) % kElementsBetweenLooks >= wide) continue;
      stop.check();
      out(text);
      text.clear();
    }
    out(text);
  }

 private:
  void add_labels(const std::vector<std::uint64_t>& leading, std::size_t element, std::string& out) const {
    std::vector<std::size_t> index(sizes_.size());
    std::copy(leading.begin(), leading.end(), index.begin());
    for (std::size_t k = sizes_.size(); k-- > leading.size();) {
      index[k] = element % sizes_[k];
      element /= sizes_[k];
    }
    const std::size_t beside = sizes_.size() - (holds_estimates(table_) ? 1 : 0);
    for (std::size_t k = 0; k < beside; ++k) out += labels_[k][index[k]] + ",";
  }

  const ExportTable& table_;
  const std::vector<std::vector<std::string>>& labels_;
  std::vector<std::uint64_t> sizes_;
  std::vector<ExportRows> rows_;
};

}  // namespace

std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }

std::vector<ExportTable> tables_of(const ResultFile& result) {
  const Hdf5Reader& file = result.file();
  std::map<std::pair<std::string, std::vector<std::string>>, std::vector<std::string>> found;
  for (const std::string& name : file.datasets())
    if (file.role_of(name) == Hdf5Reader::Role::data)
      found[{group_of(name), file.dimensions_of(name)}].push_back(name);
  std::vector<ExportTable> out;
  for (const auto& [place, columns] : found)
    out.push_back({table_name(place.first, place.second), place.second, columns});
  return out;
}

std::vector<std::string> labels_of(const ResultFile& result, const std::string& dimension) {
  const Hdf5Reader& file = result.file();
  std::vector<std::string> out;
  if (dimension == "/path") {
    for (const simulation::PathSpan& span : result.path_spans())
      for (std::uint64_t i = 0; i < span.count; ++i) out.push_back(std::to_string(span.first + i));
    return out;
  }
  if (file.role_of(dimension) == Hdf5Reader::Role::dimension_without_values) {
    for (std::uint64_t i = 0; i < file.sizes(dimension).front(); ++i) out.push_back(std::to_string(i));
    return out;
  }
  ExportRows rows(result, dimension);
  rows.read({});
  for (std::size_t i = 0; i < rows.count(); ++i) out.push_back(rows.text(i));
  return out;
}

void write_csv(const ResultFile& result, const ExportTable& table, const TextSink& out, Stop stop) {
  for (const std::string& column : table.columns) require_filled(result, column);
  std::vector<std::vector<std::string>> labels;
  for (const std::string& dimension : table.dimensions) {
    labels.push_back(labels_of(result, dimension));
    for (std::string& label : labels.back()) label = csv_field(label);
  }
  out(header_of(result, table));
  CsvPart part(result, table, labels);
  for_each_part(result, table.columns, [&](const std::vector<std::uint64_t>& leading) {
    stop.check();
    part.write(leading, out, stop);
  });
}

std::string columns_csv(const ResultFile& result) {
  const Hdf5Reader& file = result.file();
  std::string out = "table,column,units,meaning\n";
  for (const ExportTable& table : tables_of(result))
    for (const std::string& column : table.columns)
      out += csv_field(table.name) + "," + csv_field(last_part(column)) + "," +
             csv_field(file.text_attribute(column, "units").value_or("")) + "," +
             csv_field(file.text_attribute(column, "long_name").value_or("")) + "\n";
  return out;
}

std::string attributes_csv(const ResultFile& result) {
  const Hdf5Reader& file = result.file();
  std::string out = "object,name,value\n";
  for (const std::string& group : file.groups())
    for (const std::string& name : file.attributes_of(group)) {
      std::string value;
      if (const auto text = file.text_attribute(group, name)) value = *text;
      else if (const auto whole = file.whole_attribute(group, name)) value = fmt::format("{}", *whole);
      else if (const auto number = file.number_attribute(group, name)) value = fmt::format("{}", *number);
      out += csv_field(group) + "," + csv_field(name) + "," + csv_field(value) + "\n";
    }
  return out;
}

}  // namespace unhedged::app
