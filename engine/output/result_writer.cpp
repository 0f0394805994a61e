#include "engine/output/result_writer.hpp"

#include "engine/output/result_parts.hpp"
#include "engine/output/sha256.hpp"

namespace unhedged::output {
namespace {

/// "0-19999", or several such ranges.
std::string path_numbers(const simulation::Outcome& outcome) {
  std::string out;
  for (const simulation::PathSpan& span : outcome.spans())
    out += (out.empty() ? "" : " ") + std::to_string(span.first) + "-" +
           std::to_string(span.first + span.count - 1);
  return out;
}

void write_attributes(const ResultParts& parts) {
  const simulation::Plan& plan = parts.plan();
  const Provenance& origin = parts.origin;
  const auto attribute = [&](const std::string& name, const auto& value) {
    parts.file.attribute("/", name, value);
  };
  attribute("format", std::string("unhedged results"));
  attribute("format_version", std::string(kFormatVersion));
  attribute("title", plan.name);
  write_origin(parts.file, origin);
  attribute("configuration", origin.configuration);
  attribute("configuration_sha256", sha256(origin.configuration));
  std::string overrides;
  for (const auto& [key, value] : origin.overrides) overrides += key + "=" + value + "\n";
  attribute("overrides", overrides);
  attribute("seed", plan.seed);
  attribute("paths", parts.outcome.paths());
  attribute("paths_planned", plan.paths);
  attribute("paths_failed", parts.outcome.failed.count);
  attribute("path_numbers", path_numbers(parts.outcome));
  attribute("steps", static_cast<std::uint64_t>(plan.grid.steps));
  attribute("horizon_years", plan.grid.horizon_years());
  attribute("calendar", std::string(plan.calendar.name));
  attribute("currency", plan.currency);
  attribute("numeraire", plan.unit());
  attribute("confidence", plan.risk.confidence);
  attribute("gross_notional", plan.gross_notional());
}

void write_scenario_texts(const ResultParts& parts) {
  parts.file.group("/scenario_texts");
  for (const auto& [name, text] : parts.origin.scenario_texts)
    parts.file.attribute("/scenario_texts", name, text);
}

void write_parts(const ResultParts& parts) {
  parts.file.rename_unit(risk::kMoney, parts.plan().unit());
  write_attributes(parts);
  Dimensions root(parts, "");
  write_labels(parts, root);
  write_attribution(parts, root);
  write_columns(parts, root);
  write_summary(parts, root);
  write_convergence(parts);
  write_regimes(parts);
  parts.file.rename_unit(risk::kMoney, parts.plan().currency);  // of prices, and of accounts on the way
  if (parts.plan().worst_paths > 0) write_worst_paths(parts);
  write_diagnostics(parts);
  write_scenario_texts(parts);
  write_inputs(parts.file, parts.origin);
  write_positions(parts);
  write_yardsticks(parts);
}

}  // namespace

void write_results(const Destination& destination, const simulation::PreparedRun& prepared,
                   const simulation::Outcome& outcome, const simulation::Report& report,
                   const Provenance& provenance) {
  Hdf5Writer file(destination.path, destination.shown, destination.stop);
  write_parts({file, prepared, outcome, report, provenance});
  file.attribute("/", "complete", std::uint64_t{1});
  file.close();
  verify(destination.path, destination.shown, destination.stop);
}

}  // namespace unhedged::output
