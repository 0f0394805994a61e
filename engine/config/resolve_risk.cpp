#include <algorithm>

#include "engine/config/resolve.hpp"
#include "engine/risk/summary.hpp"

namespace unhedged::config {

risk::Settings resolve_risk(const RunSpec& spec, Findings& findings) {
  risk::Settings settings;
  settings.levels = spec.risk.levels;
  std::ranges::sort(settings.levels);
  if (settings.levels.empty()) findings.add_at("risk.levels", "at least one level is needed");
  if (std::ranges::adjacent_find(settings.levels) != settings.levels.end())
    findings.add_at("risk.levels", "a level is given twice");
  settings.confidence = spec.risk.confidence;
  for (const auto& [name, amount] : spec.risk.limits) {
    std::vector<std::string> allowed;
    bool known = false;
    for (const double level : settings.levels)
      for (const auto measure : {risk::Limit::Measure::es, risk::Limit::Measure::var}) {
        allowed.push_back(risk::metric_at_level(measure == risk::Limit::Measure::es ? "es" : "var", level));
        if (allowed.back() != name) continue;
        settings.limits.push_back({measure, level, amount});
        known = true;
      }
    if (!known) findings.add_at("risk.limits." + name, "unknown limit" + suggestion(name, allowed));
  }
  return settings;
}

}  // namespace unhedged::config
