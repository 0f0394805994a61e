#include <algorithm>

#include "engine/config/resolve.hpp"
#include "engine/core/utf8.hpp"
#include "engine/risk/summary.hpp"

namespace unhedged::config {
namespace {

/// What a name such as es_99 means, of no amount yet; none, and a problem, if it is no VaR or ES at one of
/// the levels.
std::optional<risk::Limit> find_limit(const risk::Settings& settings, const std::string& name,
                                      const std::string& key, Findings& findings) {
  std::vector<std::string> allowed;
  std::optional<risk::Limit> found;
  for (const double level : settings.levels)
    for (const auto measure : {risk::Limit::Measure::es, risk::Limit::Measure::var}) {
      allowed.push_back(risk::metric_at_level(measure == risk::Limit::Measure::es ? "es" : "var", level));
      if (allowed.back() == name) found = risk::Limit{measure, level, 0};
    }
  const std::string what = key == "risk.limits" ? "unknown limit" : "unknown number";
  if (!found) findings.add_at(key + "." + name, what + suggestion(name, allowed));
  return found;
}

}  // namespace

risk::Settings resolve_risk(const RunSpec& spec, Findings& findings) {
  risk::Settings settings;
  settings.levels = spec.risk.levels;
  std::ranges::sort(settings.levels);
  if (settings.levels.empty()) findings.add_at("risk.levels", "at least one level is needed");
  if (std::ranges::adjacent_find(settings.levels) != settings.levels.end())
    findings.add_at("risk.levels", "a level is given twice");
  settings.confidence = spec.risk.confidence;
  for (const auto& [name, amount] : spec.risk.limits)
    if (auto limit = find_limit(settings, name, "risk.limits", findings)) {
      limit->amount = amount;
      settings.limits.push_back(*limit);
    }
  return settings;
}

std::vector<double> resolve_weights(const RiskSpec& spec, const std::vector<world::Scenario>& scenarios,
                                    Findings& findings) {
  if (spec.scenario_weights.empty()) return {};
  const std::string key = "risk.scenario_weights";
  std::vector<std::string> names;
  for (const world::Scenario& scenario : scenarios) names.push_back(scenario.name);
  std::vector<double> out(names.size(), -1);
  for (const auto& [name, weight] : spec.scenario_weights) {
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) out[static_cast<std::size_t>(found - names.begin())] = weight;
    else findings.add_at(key + "." + name, "unknown scenario" + suggestion(name, names));
  }
  for (std::size_t s = 0; s < out.size(); ++s)
    if (out[s] < 0) findings.add_at(key, "has no weight of " + in_quotes(names[s]) + ": state all, or none");
  if (std::ranges::none_of(out, [](double weight) { return weight > 0; }))
    findings.add_at(key, "at least one weight must be positive");
  return out;
}

std::vector<risk::Precision> resolve_precision(const RunSpec& spec, const risk::Settings& settings,
                                               Findings& findings) {
  std::vector<risk::Precision> out;
  for (const auto& [name, error] : spec.simulation.precision)
    if (const auto what = find_limit(settings, name, "simulation.precision", findings))
      out.push_back({what->measure, what->level, error});
  return out;
}

}  // namespace unhedged::config
