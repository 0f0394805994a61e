#pragma once
#include <functional>
#include <string>
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/output/result_reader.hpp"

/// All of a result file, as others read it. Nothing is listed here by name: what is in the file is exported.
namespace unhedged::app {

/// Datasets of one group that have the same dimensions: the columns of one table.
struct ExportTable {
  std::string name;                     ///< positions_position: its group and its dimensions
  std::vector<std::string> dimensions;  ///< datasets of the file
  std::vector<std::string> columns;     ///< datasets of the file
};

std::vector<ExportTable> tables_of(const output::ResultFile& result);

/// What stands along a dimension, as text; paths by their numbers in the plan.
std::vector<std::string> labels_of(const output::ResultFile& result, const std::string& dimension);

/// The last part of a name: es_99 of /convergence/es_99.
std::string last_part(const std::string& name);

/// Takes text in turn.
using TextSink = std::function<void(const std::string&)>;

/// The table as CSV: a column for each dimension, then one for each dataset; empty fields are NaN. Where the
/// last dimension is `estimate`, its four numbers stand side by side. errors  IoError; Interrupted
void write_csv(const output::ResultFile& result, const ExportTable& table, const TextSink& out, Stop stop);

/// What each column is: table, column, units, meaning.
std::string columns_csv(const output::ResultFile& result);
/// Attributes of all groups: object, name, value.
std::string attributes_csv(const output::ResultFile& result);

/// All of it as JSON: attributes by group, datasets with their dimensions and nested arrays; NaN is null.
/// errors  IoError; Interrupted
void write_json(const output::ResultFile& result, const TextSink& out, Stop stop);

}  // namespace unhedged::app
