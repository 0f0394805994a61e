#include "engine/output/result_parts.hpp"

/// Columns: what is kept of the paths, declared in engine/simulation/columns.cpp.
namespace unhedged::output {
namespace {

using simulation::Column;
using simulation::Keep;
using simulation::Shape;

ElementType type_of(const Column& column) {
  return column.element == simulation::Element::flag ? ElementType::uint8 : ElementType::float64;
}

void write_every_path(const ResultParts& parts, std::size_t index, Dimensions& root) {
  const Column& column = parts.plan().columns[index];
  const std::string path = root.in_group(column.data.name);
  const std::size_t of_hedger = column.shape == Shape::scenario_hedger ? column.parts : 0;
  std::vector<Dimension> dimensions{root.scenario()};
  if (of_hedger > 0) dimensions.push_back(root.hedger());
  if (of_hedger > 1) dimensions.push_back(root.bucket());
  dimensions.push_back(root.path());
  parts.file.create({path, type_of(column), dimensions, column.data.unit, column.data.help});
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    for (std::size_t k = 0; k < width(column, parts.plan(), s); ++k) {
      std::vector<std::uint64_t> leading{s};
      if (of_hedger > 0) leading.push_back(k / of_hedger);
      if (of_hedger > 1) leading.push_back(k % of_hedger);
      if (column.element == simulation::Element::flag)
        parts.file.write(path, leading, parts.outcome.flags(index, s, k).data());
      else parts.file.write(path, leading, parts.outcome.numbers(index, s, k).data());
    }
}

void write_scenario_mean(const ResultParts& parts, const Column& column, Dimensions& root) {
  const std::string path = root.in_group(column.data.name);
  parts.file.create(
      {path, ElementType::float64, {root.scenario(), root.estimate()}, column.data.unit, column.data.help});
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    parts.file.write(path, {s}, flat({risk::find(parts.report.scenario_means[s], column.mean.name)}).data());
}

/// A row for each regime of each scenario.
void write_regime_mean(const ResultParts& parts, const Column& column, const Dimension& regime,
                       Dimensions& group) {
  const std::string path = group.in_group(column.data.name);
  parts.file.create(
      {path, ElementType::float64, {regime, group.estimate()}, column.data.unit, column.data.help});
  std::vector<risk::Estimate> rows;
  for (const auto& scenario : parts.report.regimes)
    for (const simulation::RegimeMeans& row : scenario)
      rows.push_back(risk::find(row.means, column.mean.name));
  parts.file.write(path, {}, flat(rows).data());
}

}  // namespace

void write_columns(const ResultParts& parts, Dimensions& root) {
  for (std::size_t c = 0; c < parts.plan().columns.size(); ++c) {
    const Column& column = parts.plan().columns[c];
    if (column.keep == Keep::every_path) write_every_path(parts, c, root);
    else if (column.shape == Shape::scenario) write_scenario_mean(parts, column, root);
  }
}

void write_regimes(const ResultParts& parts) {
  parts.file.group("/regimes");
  Dimensions group(parts, "/regimes");
  std::vector<std::string> names;
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    for (const simulation::RegimeMeans& row : parts.report.regimes[s])
      names.push_back(parts.plan().scenarios[s].name + "." + row.regime);
  const Dimension regime = group.text("regime", names, "scenario and regime");
  for (const Column& column : parts.plan().columns)
    if (column.shape == Shape::scenario_regime) write_regime_mean(parts, column, regime, group);
}

}  // namespace unhedged::output
