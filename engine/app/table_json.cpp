#include <nlohmann/json.hpp>

#include "engine/app/json_numbers.hpp"
#include "engine/app/table.hpp"

namespace unhedged::app {
namespace {

using simulation::Plan;
using simulation::Report;

void add(const std::vector<risk::NamedEstimate>& estimates, nlohmann::ordered_json& to) {
  for (const risk::NamedEstimate& one : estimates) to[one.what->name] = json_of(one.estimate);
}

/// What is required today; how often that is not enough stands in the summaries.
void add_yardsticks(const Plan& plan, const Report& report, nlohmann::ordered_json& out) {
  for (std::size_t y = 0; y < plan.yardsticks.size(); ++y) {
    const simulation::YardstickPlan& one = plan.yardsticks[y];
    nlohmann::ordered_json row{{"name", one.name},
                               {"model", one.yardstick.shown},
                               {"horizon_years", one.horizon_years},
                               {"time_years", plan.grid.time(one.step)},
                               {"nominal", one.nominal}};
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      row["required"][plan.hedgers[h].name] = report.required[y][h];
    out["yardsticks"].push_back(row);
  }
}

/// `parts`: names of groups, and hedging.
void add_causes(const simulation::Explanation& causes, const std::vector<std::string>& parts,
                nlohmann::ordered_json& cell) {
  for (const simulation::BucketInfo& one : simulation::buckets()) {
    const auto index = static_cast<std::size_t>(one.bucket);
    cell["attribution"][one.name] = json_of(causes.mean[index]);
    cell["attribution_tail"][one.name] = json_of(causes.tail[index]);
  }
  for (std::size_t g = 0; g < causes.mean_by_group.size(); ++g) {
    cell["attribution_by_group"][parts[g]] = json_of(causes.mean_by_group[g]);
    cell["attribution_tail_by_group"][parts[g]] = json_of(causes.tail_by_group[g]);
  }
}

/// Paths that are left out.
nlohmann::ordered_json failed_json(const Plan& plan, const simulation::FailedPaths& failed) {
  nlohmann::ordered_json out{{"paths", failed.count}};
  for (const simulation::FailedCell& cell : failed.cells)
    out["cells"].push_back({{"scenario", plan.scenarios[cell.scenario].name},
                            {"hedger", plan.hedgers[cell.hedger].name},
                            {"paths", cell.count},
                            {"first", cell.first}});
  return out;
}

}  // namespace

std::string result_json(const Plan& plan, const Report& report, const std::string& file) {
  nlohmann::ordered_json out{{"name", plan.name},
                             {"file", file},
                             {"paths", report.paths},
                             {"seed", plan.seed},
                             {"currency", plan.currency}};
  out["numeraire"] = plan.unit();
  out["confidence"] = plan.risk.confidence;
  const std::vector<std::string> parts = simulation::parts_by_group(plan);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      nlohmann::ordered_json cell{{"scenario", plan.scenarios[s].name}, {"hedger", plan.hedgers[h].name}};
      add(report.summary[s][h], cell["summary"]);
      const std::size_t best = best_hedger(report, plan, s);
      cell["best"] = plan.hedgers[best].name;
      add(report.paired[s][h][best], cell["difference_to_best"]);
      if (!report.explained[s].empty()) add_causes(report.explained[s][h], parts, cell);
      out["cells"].push_back(cell);
    }
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (const simulation::RegimeMeans& row : report.regimes[s])
      for (const risk::NamedEstimate& one : row.means)
        out[one.what->name][plan.scenarios[s].name][row.regime] = json_of(one.estimate);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (const risk::NamedEstimate& one : report.scenario_means[s])
      out[one.what->name][plan.scenarios[s].name] = json_of(one.estimate);
  if (report.failed.count > 0) out["failed_paths"] = failed_json(plan, report.failed);
  add_yardsticks(plan, report, out);
  for (const simulation::Breach& breach : report.breaches) {
    nlohmann::ordered_json one{{"scenario", plan.scenarios[breach.scenario].name},
                               {"hedger", plan.hedgers[breach.hedger].name},
                               {"metric", breach.limit},
                               {"limit", breach.amount}};
    one.update(json_of(report.at(breach.scenario, breach.hedger, breach.limit)));
    out["breaches"].push_back(one);
  }
  return out.dump(2) + "\n";
}

}  // namespace unhedged::app
