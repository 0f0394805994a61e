#include <algorithm>
#include <cmath>

#include "engine/config/resolve.hpp"
#include "engine/math/correlation.hpp"

namespace unhedged::config {
namespace {

constexpr std::size_t kMostRegimes = 60;

/// The entry for an asset, or the one for `default`.
template <class T>
const T* pick(const Named<T>& entries, const std::string& asset) {
  const T* fallback = nullptr;
  for (const auto& [name, value] : entries) {
    if (name == asset) return &value;
    if (name == "default") fallback = &value;
  }
  return fallback;
}

template <class T>
std::string path_of(const Named<T>& entries, const std::string& asset, const std::string& path) {
  const bool own = std::ranges::any_of(entries, [&](const auto& e) { return e.first == asset; });
  return join(path, own ? asset : "default");
}

template <class T>
void refuse_unknown_assets(const Named<T>& entries, const MarketContext& market,
                           const std::string& path, Findings& findings) {
  for (const auto& [name, value] : entries)
    if (name != "default" && !market.index_of(name)) {
      std::vector<std::string> allowed = market.names;
      allowed.emplace_back("default");
      findings.add_at(join(path, name), "unknown asset \"" + name + "\"" + suggestion(name, allowed));
    }
}

/// Builds the regimes of one scenario.
class RegimeBuilder {
 public:
  RegimeBuilder(const MarketContext& market, Findings& findings) : market_(market), findings_(findings) {}

  world::AssetRegime build(const RegimeSpec& spec, std::size_t asset, const std::string& path,
                           bool is_start) {
    world::AssetRegime out;
    const std::string& name = market_.names[asset];
    const DynamicsSpec* dynamics = pick(spec.dynamics, name);
    if (dynamics == nullptr) {
      findings_.add_at(join(path, "dynamics"), "says nothing of " + name + ", and there is no `default`");
      return out;
    }
    const AssetSpec& today = market_.assets[asset];
    out.dynamics = resolve(*dynamics, {today.implied_vol, today.rate - today.yield, 0.0});
    for (const Objection& objection : objections(out.dynamics))
      findings_.add_at(join(path_of(spec.dynamics, name, join(path, "dynamics")), objection.key),
                       objection.message, objection.severity);
    out.resets_variance = resets(spec, *dynamics, out.dynamics,
                                 path_of(spec.dynamics, name, join(path, "dynamics")), path, is_start);
    out.curve = models::implied_curve(out.dynamics);
    if (const ImpliedSpec* implied = pick(spec.implied_vol, name)) {
      out.curve.premium = implied->premium;
      out.curve.skew = implied->skew;
      out.curve.curvature = implied->curvature;
    }
    if (const EntrySpec* entry = pick(spec.on_entry, name)) out.gap = {entry->jump_mean, entry->jump_vol};
    out.liquidity = liquidity(pick(spec.liquidity, name), today,
                              path_of(spec.liquidity, name, join(path, "liquidity")), name);
    return out;
  }

 private:
  bool resets(const RegimeSpec& spec, const DynamicsSpec& dynamics, const models::Dynamics& resolved,
              const std::string& dynamics_path, const std::string& path, bool is_start) {
    if (!models::has_stochastic_variance(resolved)) return true;
    using Value = VarianceWords::Value;
    const bool stated = states_volatility(dynamics);
    if (is_start && !stated)
      findings_.add_at(join(dynamics_path, "volatility"),
                       "is missing: the regime of today must say what the variance starts from");
    if (spec.variance.value == Value::reset && !stated)
      findings_.add_at(join(path, "variance"), "is reset, but the dynamics state no volatility to reset to");
    if (spec.variance.value == Value::carry && stated && !is_start)
      findings_.add_at(join(dynamics_path, "volatility"),
                       "has no effect: the variance is carried over into this regime (variance: carry)");
    return stated && spec.variance.value != Value::carry;
  }

  world::LiquidityLevel liquidity(const LiquiditySpec* spec, const AssetSpec& today,
                                  const std::string& path, const std::string& asset) {
    world::LiquidityLevel out{today.half_spread, today.daily_volume.value_or(0.0)};
    if (spec == nullptr) return out;
    if (spec->half_spread) out.half_spread = spec->half_spread->resolve(today.half_spread);
    if (spec->daily_volume) {
      if (spec->daily_volume->is_multiple && !today.daily_volume)
        findings_.add_at(join(path, "daily_volume"), "is a multiple, but market.assets." + asset +
                                                         " states no daily_volume");
      out.daily_volume = spec->daily_volume->resolve(out.daily_volume);
      if (out.daily_volume <= 0 && today.daily_volume)
        findings_.add_at(join(path, "daily_volume"), "must be > 0");
    }
    return out;
  }

  const MarketContext& market_;
  Findings& findings_;
};

std::optional<std::size_t> regime_index(const ScenarioSpec& spec, const std::string& name,
                                        const std::string& path, Findings& findings) {
  std::vector<std::string> names;
  for (const auto& [regime, value] : spec.regimes) names.push_back(regime);
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  findings.add_at(path, "unknown regime \"" + name + "\"" + suggestion(name, names));
  return {};
}

std::optional<world::Transition> resolve_transition(const TransitionSpec& t, const ScenarioSpec& spec,
                                                    const MarketContext& market,
                                                    const std::string& path, Findings& findings) {
  const auto from = regime_index(spec, t.from, join(path, "from"), findings);
  const auto to = regime_index(spec, t.to, join(path, "to"), findings);
  if (t.at.has_value() + t.after.has_value() + t.rate.has_value() != 1)
    findings.add_at(path, "exactly one of `at`, `after` and `rate` is needed");
  if (!from || !to) return {};
  if (*from == *to) findings.add_at(path, "leads from a regime to itself");
  world::Transition out{*from, *to, world::Transition::Kind::at, 0, 0};
  if (t.at) {
    out.step = grid_step(*t.at, market, join(path, "at"), findings);
    if (out.step >= market.grid.steps)
      findings.warn_at(join(path, "at"), "is not before the horizon: this change never happens");
  } else if (t.after) {
    out.kind = world::Transition::Kind::after;
    out.step = grid_step(*t.after, market, join(path, "after"), findings);
  } else if (t.rate) {
    out.kind = world::Transition::Kind::rate;
    out.step_probability = -std::expm1(-*t.rate * market.grid.dt_years);
  }
  return out;
}

std::size_t resolve_start(const ScenarioSpec& spec, const std::string& path, Findings& findings) {
  if (!spec.start.empty())
    return regime_index(spec, spec.start, join(path, "start"), findings).value_or(0);
  if (spec.regimes.size() > 1)
    findings.add_at(join(path, "start"), "is missing: with several regimes, one must be today's");
  return 0;
}

void refuse_gaps_of_regimes_never_entered(const ScenarioSpec& spec, const world::Scenario& scenario,
                                          const std::string& path, Findings& findings) {
  for (std::size_t r = 0; r < spec.regimes.size(); ++r) {
    const bool entered = std::ranges::any_of(scenario.transitions,
                                             [r](const world::Transition& t) { return t.to == r; });
    if (!spec.regimes[r].second.on_entry.empty() && !entered)
      findings.add_at(join(join(join(path, "regimes"), spec.regimes[r].first), "on_entry"),
                      "has no effect: no transition enters this regime");
  }
}

void refuse_unreachable(const ScenarioSpec& spec, const world::Scenario& scenario,
                        const std::string& path, Findings& findings) {
  std::vector<bool> reached(spec.regimes.size(), false);
  reached[scenario.start] = true;
  for (std::size_t round = 0; round < reached.size(); ++round)
    for (const world::Transition& t : scenario.transitions)
      if (reached[t.from]) reached[t.to] = true;
  for (std::size_t r = 0; r < reached.size(); ++r)
    if (!reached[r])
      findings.add_at(join(join(path, "regimes"), spec.regimes[r].first),
                      "is never entered: no transition leads to it");
}

}  // namespace

world::Scenario resolve_scenario(const ScenarioSpec& spec, const MarketContext& market,
                                 const std::string& path, Repair policy,
                                 std::vector<CorrelationRepair>& repairs, Findings& findings) {
  world::Scenario scenario;
  scenario.name = spec.name;
  scenario.grid = market.grid;
  for (const AssetSpec& asset : market.assets)
    scenario.today.push_back({asset.spot, asset.implied_vol});
  if (spec.regimes.empty() || spec.regimes.size() > kMostRegimes) {
    findings.add_at(join(path, "regimes"), "between 1 and " + std::to_string(kMostRegimes) + " regimes are needed");
    return scenario;
  }
  scenario.start = resolve_start(spec, path, findings);
  RegimeBuilder builder(market, findings);
  for (std::size_t r = 0; r < spec.regimes.size(); ++r) {
    const auto& [name, regime] = spec.regimes[r];
    const std::string regime_path = join(join(path, "regimes"), name);
    refuse_unknown_assets(regime.dynamics, market, join(regime_path, "dynamics"), findings);
    refuse_unknown_assets(regime.liquidity, market, join(regime_path, "liquidity"), findings);
    refuse_unknown_assets(regime.on_entry, market, join(regime_path, "on_entry"), findings);
    refuse_unknown_assets(regime.implied_vol, market, join(regime_path, "implied_vol"), findings);
    world::Regime& out = scenario.regimes.emplace_back();
    out.name = name;
    out.halted = regime.trading.value == TradingWords::Value::halted;
    for (std::size_t a = 0; a < market.assets.size(); ++a)
      out.assets.push_back(builder.build(regime, a, regime_path, r == scenario.start));
    Eigen::MatrixXd matrix = market.correlation;
    const std::string correlation_path = join(regime_path, "correlation");
    if (regime.correlation)
      apply_pairs(regime.correlation->pairs, market, join(correlation_path, "pairs"), matrix, findings);
    matrix = repaired(matrix, regime.correlation ? correlation_path : "market.correlation", policy,
                      repairs, findings);
    out.correlation = math::spiked(matrix, regime.correlation ? regime.correlation->spike : 0);
  }
  for (std::size_t t = 0; t < spec.transitions.size(); ++t) {
    const std::string transition_path = element(join(path, "transitions"), t);
    if (const auto transition =
            resolve_transition(spec.transitions[t], spec, market, transition_path, findings))
      scenario.transitions.push_back(*transition);
  }
  refuse_unreachable(spec, scenario, path, findings);
  refuse_gaps_of_regimes_never_entered(spec, scenario, path, findings);
  return scenario;
}

}  // namespace unhedged::config
