#include <algorithm>
#include <cmath>

#include "engine/config/load.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

using simulation::HistoryMeasure;

bool is_recovery(HistoryMeasure measure) {
  return measure == HistoryMeasure::spread_recovery || measure == HistoryMeasure::volume_recovery;
}

bool is_time(HistoryMeasure measure) {
  return measure == HistoryMeasure::time_halted || measure == HistoryMeasure::time_in_regime ||
         is_recovery(measure);
}

bool is_of_spread(HistoryMeasure m) {
  return m == HistoryMeasure::spread_multiple || m == HistoryMeasure::spread_after ||
         m == HistoryMeasure::spread_recovery;
}
bool is_of_volume(HistoryMeasure m) {
  return m == HistoryMeasure::volume_multiple || m == HistoryMeasure::volume_after ||
         m == HistoryMeasure::volume_recovery;
}

bool takes_window(HistoryMeasure measure) {
  switch (measure) {
    case HistoryMeasure::move:
    case HistoryMeasure::worst_move:
    case HistoryMeasure::best_move:
    case HistoryMeasure::realised_volatility:
    case HistoryMeasure::volatility_multiple:
    case HistoryMeasure::correlation:
    case HistoryMeasure::spread_after:
    case HistoryMeasure::volume_after: return true;
    default: return false;
  }
}

std::size_t asset_of(const std::string& name, const MarketContext& market, const std::string& path,
                     Findings& findings) {
  if (name.empty()) return 0;
  const auto index = market.index_of(name);
  if (!index) findings.add_at(path, "unknown asset " + in_quotes(name) + suggestion(name, market.names));
  return index.value_or(0);
}

void check_market(const simulation::Fact& fact, const MarketContext& market, const std::string& path,
                  Findings& findings) {
  const AssetSpec& asset = market.assets[fact.asset];
  if (is_of_spread(fact.measure) && asset.half_spread == 0)
    findings.add_at(path, "needs a half_spread in history.market");
  if (is_of_volume(fact.measure) && !asset.daily_volume)
    findings.add_at(path, "needs a daily_volume in history.market");
  if ((fact.measure == HistoryMeasure::basis || fact.measure == HistoryMeasure::funding) && !asset.perpetual)
    findings.add_at(path, "needs a perpetual in history.market");
}

std::size_t window_of(const FactSpec& spec, HistoryMeasure measure, const MarketContext& market,
                      const std::string& path, Findings& findings) {
  const std::size_t all = market.grid.open_steps(market.grid.steps);
  if (!spec.over) return all;
  if (!takes_window(measure)) findings.add_at(join(path, "over"), "has no effect on this measure");
  const std::size_t window =
      nearest_step(*spec.over, Counted::from_entry, market, join(path, "over"), findings);
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
    findings.add_at(path, time ? "this measure needs `time` (and no `value`)"
                               : "this measure needs `value` (and no `time`)");
  if (spec.share && !is_recovery(fact.measure))
    findings.add_at(join(path, "share"), "has no effect on this measure");
  fact.share = spec.share.value_or(fact.share);
  if (!spec.other.empty() != (fact.measure == HistoryMeasure::correlation))
    findings.add_at(join(path, "other"), "is for correlations, which need it");
  if (!spec.regime.empty() != (fact.measure == HistoryMeasure::time_in_regime))
    findings.add_at(join(path, "regime"), "is for time_in_regime, which needs it");
  std::vector<std::string> regimes;
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    regimes.push_back(scenario.regimes[r].first);
    if (scenario.regimes[r].first == spec.regime) fact.regime = r;
  }
  if (!spec.regime.empty() && std::ranges::find(regimes, spec.regime) == regimes.end())
    findings.add_at(join(path, "regime"),
                    "unknown regime " + in_quotes(spec.regime) + suggestion(spec.regime, regimes));
  check_market(fact, market, join(path, "measure"), findings);
  fact.value = spec.value.value_or(spec.time ? spec.time->years(market.calendar) : 0);
  return fact;
}

/// Whether the spread or depth of an asset is ever anything else than today's.
bool liquidity_changes(const world::Scenario& scenario, std::size_t asset) {
  const world::AssetToday& today = scenario.today[asset];
  return std::ranges::any_of(scenario.regimes, [&](const world::Regime& regime) {
    const world::AssetRegime& of = regime.assets[asset];
    return of.liquidity.half_spread != today.half_spread || of.liquidity.daily_volume != today.daily_volume ||
           of.liquidity.moves() || of.order_flow;
  });
}

/// How spread and depth of the first asset come back is shown of every scenario, whether or not anyone has
/// said how they did.
void add_recoveries(const world::Scenario& scenario, std::vector<simulation::Fact>& facts) {
  const auto add = [&](HistoryMeasure measure, const char* what) {
    if (std::ranges::any_of(facts,
                            [&](const simulation::Fact& f) { return f.measure == measure && f.asset == 0; }))
      return;
    simulation::Fact& fact = facts.emplace_back();
    fact.what = what;
    fact.measure = measure;
    fact.window = scenario.grid.steps;
  };
  if (facts.empty() || !liquidity_changes(scenario, 0)) return;
  if (scenario.today[0].half_spread > 0)
    add(HistoryMeasure::spread_recovery, "time until half the widening of the spread is gone");
  if (scenario.today[0].daily_volume > 0)
    add(HistoryMeasure::volume_recovery, "time until half the lost depth is back");
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
    out.facts.push_back(resolve_fact(spec.history->facts[f], spec, market,
                                     element(join(path, "history.facts"), f), findings));
  if (!findings.failed()) add_recoveries(*out.scenario, out.facts);
  return out;
}

}  // namespace unhedged::config
