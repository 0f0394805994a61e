#include <cmath>

#include "engine/config/load.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

using simulation::Measure;

bool is_time(Measure measure) { return measure == Measure::time_halted || measure == Measure::time_in_regime; }

bool takes_window(Measure measure) {
  switch (measure) {
    case Measure::move:
    case Measure::worst_move:
    case Measure::best_move:
    case Measure::realised_volatility:
    case Measure::volatility_multiple:
    case Measure::correlation: return true;
    default: return false;
  }
}

std::size_t asset_of(const std::string& name, const MarketContext& market, const std::string& path, Findings& findings) {
  if (name.empty()) return 0;
  const auto index = market.index_of(name);
  if (!index) findings.add_at(path, "unknown asset " + in_quotes(name) + suggestion(name, market.names));
  return index.value_or(0);
}

void check_market(const simulation::Fact& fact, const MarketContext& market, const std::string& path, Findings& findings) {
  const AssetSpec& asset = market.assets[fact.asset];
  if (fact.measure == Measure::spread_multiple && asset.half_spread == 0)
    findings.add_at(path, "needs a half_spread in history.market");
  if (fact.measure == Measure::volume_multiple && !asset.daily_volume)
    findings.add_at(path, "needs a daily_volume in history.market");
  if ((fact.measure == Measure::basis || fact.measure == Measure::funding) && !asset.perpetual)
    findings.add_at(path, "needs a perpetual in history.market");
}

std::size_t window_of(const FactSpec& spec, Measure measure, const MarketContext& market, const std::string& path,
                      Findings& findings) {
  const std::size_t all = market.grid.open_steps(market.grid.steps);
  if (!spec.over) return all;
  if (!takes_window(measure)) findings.add_at(join(path, "over"), "has no effect on this measure");
  const std::size_t window = nearest_step(*spec.over, Counted::from_entry, market, join(path, "over"), findings);
  if (window > all) findings.add_at(join(path, "over"), "is longer than history.horizon");
  return std::min(window, all);
}

simulation::Fact resolve_fact(const FactSpec& spec, const ScenarioSpec& scenario, const MarketContext& market,
                              const std::string& path, Findings& findings) {
  simulation::Fact fact;
  fact.what = spec.what;
  fact.where = spec.where;
  fact.measure = spec.measure.value;
  fact.asset = asset_of(spec.asset, market, join(path, "asset"), findings);
  fact.other = asset_of(spec.other, market, join(path, "other"), findings);
  fact.window = window_of(spec, fact.measure, market, path, findings);
  const bool time = is_time(fact.measure);
  if (time ? !spec.time || spec.value : !spec.value || spec.time)
    findings.add_at(path, time ? "this measure needs `time` (and no `value`)" : "this measure needs `value` (and no `time`)");
  if (!spec.other.empty() != (fact.measure == Measure::correlation))
    findings.add_at(join(path, "other"), "is for correlations, which need it");
  if (!spec.regime.empty() != (fact.measure == Measure::time_in_regime))
    findings.add_at(join(path, "regime"), "is for time_in_regime, which needs it");
  std::vector<std::string> regimes;
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    regimes.push_back(scenario.regimes[r].first);
    if (scenario.regimes[r].first == spec.regime) fact.regime = r;
  }
  if (!spec.regime.empty() && std::ranges::find(regimes, spec.regime) == regimes.end())
    findings.add_at(join(path, "regime"), "unknown regime " + in_quotes(spec.regime) + suggestion(spec.regime, regimes));
  check_market(fact, market, join(path, "measure"), findings);
  fact.value = spec.value.value_or(spec.time ? spec.time->years(market.calendar) : 0);
  return fact;
}

}  // namespace

simulation::History resolve_history(const ScenarioSpec& spec, const std::string& path, Findings& findings) {
  simulation::History out;
  out.scenario = std::make_unique<world::Scenario>();
  if (!spec.history) return out;
  RunSpec run;
  run.market = spec.history->market;
  run.simulation.horizon = spec.history->horizon;
  run.simulation.step = spec.history->step;
  const MarketContext market = resolve_market(run, findings);
  if (market.assets.empty() || findings.failed()) return out;
  std::vector<CorrelationRepair> repairs;
  *out.scenario = resolve_scenario(spec, market, path, Repair::warn, repairs, findings);
  for (std::size_t f = 0; f < spec.history->facts.size(); ++f)
    out.facts.push_back(resolve_fact(spec.history->facts[f], spec, market, element(join(path, "history.facts"), f), findings));
  return out;
}

}  // namespace unhedged::config
