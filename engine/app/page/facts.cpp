#include "engine/app/page/facts.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/history_table.hpp"
#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

using nlohmann::json;

json number(double x) { return std::isfinite(x) ? json(x) : json(); }

json row_of(const simulation::Fact& fact, const world::Scenario& scenario) {
  json row{{"what", fact.what}, {"where", fact.where}};
  if (fact.value) {
    row["then"] = number(*fact.value);
    row["then_text"] = fact_text(fact, *fact.value, scenario);
  }
  return row;
}

void add_simulated(const simulation::History& history, std::uint64_t paths, json& rows) {
  const std::vector<simulation::FactComparison> seen = simulation::compare(history, paths, 1);
  for (std::size_t f = 0; f < seen.size(); ++f) {
    const simulation::Fact& fact = history.facts[f];
    const auto text = [&](double x) { return fact_text(fact, x, *history.scenario); };
    rows[f].update({{"median", number(seen[f].median)},
                    {"low", number(seen[f].low)},
                    {"high", number(seen[f].high)},
                    {"median_text", text(seen[f].median)},
                    {"low_text", text(seen[f].low)},
                    {"high_text", text(seen[f].high)},
                    {"outside", fact.value && !seen[f].covers(*fact.value)}});
  }
}

json rows_of(const config::ScenarioSpec& spec, std::uint64_t paths, std::string& why_not) {
  config::Findings findings;
  const simulation::History history = config::resolve_history(spec, "", findings);
  json rows = json::array();
  if (findings.failed()) {
    why_not = "this version does not understand its history: " + to_string(findings.report().front());
    return rows;
  }
  if (history.facts.empty()) why_not = "the scenario states no history to be held against";
  for (const simulation::Fact& fact : history.facts) rows.push_back(row_of(fact, *history.scenario));
  if (paths > 0 && !history.facts.empty()) add_simulated(history, paths, rows);
  return rows;
}

}  // namespace

json facts_of(const ScenarioTaken& scenario, std::uint64_t paths) {
  json out{{"why_not", scenario.why_not}, {"rows", json::array()}, {"paths", paths}};
  if (!scenario.spec) return out;
  const config::ScenarioSpec& spec = *scenario.spec;
  out["title"] = spec.title;
  out["description"] = spec.description;
  out["severity"] = spec.severity;
  out["sources"] = json::array();
  for (const config::SourceSpec& source : spec.sources)
    out["sources"].push_back({{"what", source.what}, {"where", source.where}});
  std::string why_not;
  try {
    out["rows"] = rows_of(spec, paths, why_not);
  } catch (const NumericalError& error) {
    why_not = std::string("its simulation failed: ") + error.what();
  }
  out["why_not"] = why_not;
  return out;
}

}  // namespace unhedged::app
