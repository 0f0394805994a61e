#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "engine/config/load.hpp"
#include "engine/core/utf8.hpp"

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

/// Where a scenario names an asset.
struct Mention {
  std::string asset, path;
};

template <class T>
void add_names(const Named<T>& entries, const std::string& path, std::vector<Mention>& out) {
  for (const auto& [name, value] : entries)
    if (name != "default") out.push_back({name, join(path, name)});
}

void add_correlated(const RegimeCorrelationSpec& spec, const std::string& path, std::vector<Mention>& out) {
  for (std::size_t i = 0; i < spec.pairs.size(); ++i)
    for (const std::string& name : spec.pairs[i].between) out.push_back({name, element(path + ".pairs", i)});
  for (std::size_t i = 0; i < spec.blocks.size(); ++i)
    for (const std::string& name : spec.blocks[i].assets) out.push_back({name, element(path + ".blocks", i)});
}

void add_regime(const RegimeSpec& regime, const std::string& path, std::vector<Mention>& out) {
  add_names(regime.dynamics, path + ".dynamics", out);
  add_names(regime.liquidity, path + ".liquidity", out);
  add_names(regime.implied_vol, path + ".implied_vol", out);
  add_names(regime.bubble, path + ".bubble", out);
  add_names(regime.sentiment, path + ".sentiment", out);
  add_names(regime.order_flow, path + ".order_flow", out);
  add_names(regime.perpetual, path + ".perpetual", out);
  add_names(regime.on_entry, path + ".on_entry", out);
  for (const auto& [stream, common] : regime.common_jumps)
    add_names(common.loadings, path + ".common_jumps." + stream + ".loadings", out);
  if (regime.correlation) add_correlated(*regime.correlation, path + ".correlation", out);
}

std::vector<Mention> mentions_in(const ScenarioSpec& spec) {
  std::vector<Mention> out;
  for (const auto& [name, regime] : spec.regimes) add_regime(regime, "regimes." + name, out);
  return out;
}

std::string without_digits(const std::string& text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c < '0' || c > '9'; });
  return out;
}

/// Without a market any name may be an asset; one that stands in a single place and is like another that
/// stands in several may be a slip.
void warn_of_slips(const std::vector<Mention>& mentions, Findings& findings) {
  std::map<std::string, std::size_t> count;
  for (const Mention& mention : mentions) ++count[mention.asset];
  std::vector<std::string> known;
  for (const auto& [name, times] : count)
    if (times > 1) known.push_back(name);
  for (const Mention& mention : mentions) {
    const std::string other = count[mention.asset] == 1 ? meant(mention.asset, known) : "";
    if (mention.asset.size() < 3 || other.empty() || without_digits(other) == without_digits(mention.asset))
      continue;
    findings.warn_at(mention.path, "the asset " + in_quotes(mention.asset) +
                                       " is named nowhere else; did you mean " + in_quotes(other) + "?");
  }
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
  std::vector<std::string> names = named_assets(spec);
  if (names.empty()) names.emplace_back("asset");
  for (const std::string& name : names) run.market.assets.emplace_back(name, asset);
  const double minutes = kContinuous.days_per_year * 24 * 60;
  run.simulation.horizon = {std::ceil(span(spec) * minutes / 10) * 10, Duration::TimeUnit::minute};
  run.simulation.step = Duration{10, Duration::TimeUnit::minute};
  return run;
}

}  // namespace

std::vector<std::string> named_assets(const ScenarioSpec& spec) {
  std::vector<std::string> names;
  for (const Mention& mention : mentions_in(spec))
    if (std::ranges::find(names, mention.asset) == names.end()) names.push_back(mention.asset);
  return names;
}

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
    warn_of_slips(mentions_in(spec), findings);
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
