#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/app/table.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

/// What is not known is null.
nlohmann::ordered_json json_of(const risk::Estimate& e) {
  const auto number = [](double x) { return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(); };
  return {{"value", number(e.value)}, {"lower", number(e.lower)}, {"upper", number(e.upper)},
          {"standard_error", number(e.standard_error)}};
}

}  // namespace

std::string result_json(const Plan& plan, const Report& report) {
  nlohmann::ordered_json out{{"name", plan.name}, {"paths", plan.paths}, {"seed", plan.seed}, {"currency", plan.currency}};
  out["confidence"] = plan.risk.confidence;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      nlohmann::ordered_json cell{{"scenario", plan.scenarios[s].name}, {"hedger", plan.hedgers[h].name}};
      for (std::size_t m = 0; m < report.metrics.size(); ++m)
        cell["summary"][report.metrics[m].name] = json_of(report.summary[s][h][m]);
      const std::size_t best = best_hedger(report, plan, s);
      cell["best"] = plan.hedgers[best].name;
      for (std::size_t m = 0; m < report.paired_metrics.size(); ++m)
        cell["difference_to_best"][report.paired_metrics[m].name] = json_of(report.paired[s][h][best][m]);
      out["cells"].push_back(cell);
    }
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (const auto& row : report.regime_time[s])
      out["regime_time"][plan.scenarios[s].name][row.regime] = json_of(row.share);
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
