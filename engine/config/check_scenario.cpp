#include <algorithm>
#include <cmath>

#include "engine/config/load.hpp"

namespace unhedged::config {
namespace {

/// Years until the last change of regime that a time decides, and a little more.
double span(const ScenarioSpec& spec) {
  double last = 0, stays = 0;
  for (const TransitionSpec& t : spec.transitions) {
    if (t.at) last = std::max(last, t.at->years(kContinuous));
    if (t.after) stays += t.after->years(kContinuous);
  }
  return std::min(2.0, last + stays + 10 / kContinuous.days_per_year);
}

template <class T>
void add_names(const Named<T>& entries, std::vector<std::string>& names) {
  for (const auto& [name, value] : entries)
    if (name != "default" && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

void add_pairs(const std::vector<PairSpec>& pairs, std::vector<std::string>& names) {
  for (const PairSpec& pair : pairs)
    for (const std::string& name : pair.between)
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// Assets a scenario names; one of no name if it names none.
std::vector<std::string> assets_of(const ScenarioSpec& spec) {
  std::vector<std::string> names;
  for (const auto& [name, regime] : spec.regimes) {
    add_names(regime.dynamics, names);
    add_names(regime.liquidity, names);
    add_names(regime.implied_vol, names);
    add_names(regime.bubble, names);
    add_names(regime.sentiment, names);
    add_names(regime.order_flow, names);
    add_names(regime.perpetual, names);
    add_names(regime.on_entry, names);
    for (const auto& [stream, common] : regime.common_jumps) add_names(common.loadings, names);
    if (!regime.correlation) continue;
    add_pairs(regime.correlation->pairs, names);
    for (const BlockSpec& block : regime.correlation->blocks)
      for (const std::string& asset : block.assets)
        if (std::ranges::find(names, asset) == names.end()) names.push_back(asset);
  }
  if (names.empty()) names.emplace_back("asset");
  return names;
}

/// A market in which nothing that a scenario may refer to is missing.
RunSpec stand_in(const ScenarioSpec& spec) {
  RunSpec run;
  AssetSpec asset;
  asset.spot = 100;
  asset.implied_vol = 0.5;
  asset.half_spread = 1e-4;
  asset.daily_volume = 1e9;
  asset.perpetual.emplace();
  VenueSpec venue;
  venue.share = 1;
  asset.venues.emplace_back("venue", venue);
  for (const std::string& name : assets_of(spec)) run.market.assets.emplace_back(name, asset);
  const double minutes = kContinuous.days_per_year * 24 * 60;
  run.simulation.horizon = {std::ceil(span(spec) * minutes / 10) * 10, Duration::Unit::minute};
  run.simulation.step = Duration{10, Duration::Unit::minute};
  return run;
}

}  // namespace

bool is_scenario(const Record& file) {
  return file.is_map() && file.find("regimes") != nullptr && file.find("scenarios") == nullptr &&
         file.find("hedgers") == nullptr;
}

std::vector<Problem> check_scenario(const Record& file) {
  Findings findings;
  findings.place("", file.mark);
  const ScenarioSpec spec = load_scenario(file, "", findings);
  if (findings.failed()) throw ConfigError(findings.report());
  if (spec.history) {
    resolve_history(spec, "", findings);
  } else {
    Findings on_stand_in = findings;
    const MarketContext market = resolve_market(stand_in(spec), on_stand_in);
    std::vector<CorrelationRepair> repairs;
    resolve_scenario(spec, market, "", Repair::warn, repairs, on_stand_in);
    for (const Problem& problem : on_stand_in.problems())  // warnings may be the stand-in's
      if (problem.severity == Severity::error) findings.add(problem.mark, problem.key, problem.message);
  }
  if (findings.failed()) throw ConfigError(findings.report());
  return findings.report();
}

}  // namespace unhedged::config
