#include <algorithm>
#include <cmath>

#include "engine/config/resolve_regime.hpp"
#include "engine/core/utf8.hpp"

namespace unhedged::config {
namespace {

constexpr std::size_t kMostRegimes = 60;

std::optional<std::size_t> regime_index(const ScenarioSpec& spec, const std::string& name,
                                        const std::string& path, Findings& findings) {
  std::vector<std::string> names;
  for (const auto& [regime, value] : spec.regimes) names.push_back(regime);
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  findings.add_at(path, "unknown regime " + in_quotes(name) + suggestion(name, names));
  return {};
}

/// Turns a threshold into a trigger; `today`: what multiples refer to.
struct TriggerBuilder {
  const MarketContext& market;
  Findings& findings;

  std::optional<std::size_t> asset(const std::string& name, const std::string& path) const {
    const auto index = name == "first" ? std::optional<std::size_t>(0) : market.index_of(name);
    if (!index)
      findings.add_at(join(path, "asset"),
                      "unknown asset " + in_quotes(name) + suggestion(name, market.names));
    return index;
  }

  static double number(double x, double) { return x; }
  static double number(const Level& x, double today) { return x.resolve(today); }

  template <class Threshold, class Today>
  world::Trigger build(world::Trigger::Quantity quantity, const Threshold& spec, const std::string& path,
                       Today today) const {
    world::Trigger out;
    out.quantity = quantity;
    if (spec.above.has_value() == spec.below.has_value())
      findings.add_at(path, "either `above` or `below` is needed, and not both");
    const auto index = asset(spec.asset, path);
    if (!index) return out;
    out.asset = *index;
    out.above = spec.above.has_value();
    const auto& threshold = out.above ? spec.above : spec.below;
    if (threshold) out.threshold = number(*threshold, today(market.assets[*index]));
    if constexpr (requires { spec.half_life; })
      out.decay = decay_of(spec.half_life.value_or(Duration{1, Duration::TimeUnit::day}), market);
    return out;
  }
};

/// Conditions no path can meet.
void refuse_impossible(const world::Trigger& trigger, bool positive_prices, bool has_feedback,
                       const std::string& path, const MarketContext& market, Findings& findings) {
  using Q = world::Trigger::Quantity;
  const bool bounded =
      trigger.quantity == Q::half_spread || (trigger.quantity == Q::drawdown && positive_prices);
  if (bounded && trigger.above && trigger.threshold >= 1)
    findings.add_at(join(path, "above"), "can never be: it does not exceed 100 %");
  if (!trigger.above && trigger.threshold <= 0)
    findings.add_at(join(path, "below"), "can never be: it is not negative");
  if (trigger.quantity == Q::hedger_flow && !has_feedback)
    findings.add_at(path, "needs `feedback`: without it the hedgers are not part of the market");
  if (trigger.quantity == Q::daily_volume && !market.assets[trigger.asset].daily_volume)
    findings.add_at(path, "market.assets." + market.names[trigger.asset] + " states no daily_volume");
}

world::Trigger resolve_trigger(const WhenSpec& when, const ScenarioSpec& spec, const MarketContext& market,
                               const world::Scenario& scenario, const std::string& path, Findings& findings) {
  using Q = world::Trigger::Quantity;
  const TriggerBuilder builder{market, findings};
  const auto nothing = [](const AssetSpec&) { return 0.0; };
  world::Trigger out;
  int count = 0;
  const auto take = [&](Q quantity, const auto& threshold, const char* key, auto today) {
    if (!threshold) return;
    ++count;
    out = builder.build(quantity, *threshold, join(path, key), today);
    refuse_impossible(out, !scenario.may_be_negative(out.asset), spec.feedback.has_value(), join(path, key),
                      market, findings);
  };
  take(Q::drawdown, when.drawdown, "drawdown", nothing);
  take(Q::run_up, when.run_up, "run_up", nothing);
  take(Q::realised_volatility, when.realised_volatility, "realised_volatility",
       [](const AssetSpec& a) { return a.implied_vol; });
  take(Q::half_spread, when.half_spread, "half_spread", [](const AssetSpec& a) { return a.half_spread; });
  take(Q::daily_volume, when.daily_volume, "daily_volume",
       [](const AssetSpec& a) { return a.daily_volume.value_or(0); });
  take(Q::hedger_flow, when.hedger_flow, "hedger_flow", [](const AssetSpec&) { return 1.0; });
  if (count != 1)
    findings.add_at(path,
                    "exactly one of drawdown, run_up, realised_volatility, half_spread, daily_volume and "
                    "hedger_flow is needed");
  return out;
}

/// One entry of the file: one transition, or one from every other regime.
void resolve_transition(const TransitionSpec& t, const ScenarioSpec& spec, const MarketContext& market,
                        const std::string& path, world::Scenario& scenario, Findings& findings) {
  const bool from_any = t.from == "*";
  const auto from =
      from_any ? std::optional<std::size_t>(0) : regime_index(spec, t.from, join(path, "from"), findings);
  const auto to = regime_index(spec, t.to, join(path, "to"), findings);
  if (t.at.has_value() + t.after.has_value() + t.rate.has_value() + t.when.has_value() != 1)
    findings.add_at(path, "exactly one of `at`, `after`, `rate` and `when` is needed");
  if (!from || !to) return;
  if (!from_any && *from == *to) findings.add_at(path, "leads from a regime to itself");
  world::Transition out;
  out.to = *to;
  if (t.at) {
    out.step = nearest_step(*t.at, Counted::from_today, market, join(path, "at"), findings);
  } else if (t.after) {
    out.kind = world::Transition::Kind::after;
    out.step = nearest_step(*t.after, Counted::from_entry, market, join(path, "after"), findings);
  } else if (t.rate) {
    out.kind = world::Transition::Kind::rate;
    out.rate = *t.rate;
  } else if (t.when) {
    out.kind = world::Transition::Kind::when;
    out.trigger = resolve_trigger(*t.when, spec, market, scenario, join(path, "when"), findings);
  }
  for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
    if (from_any ? r == *to : r != *from) continue;
    out.from = r;
    scenario.transitions.push_back(out);
  }
}

std::optional<world::Feedback> resolve_feedback(const FeedbackSpec& spec, const MarketContext& market,
                                                const std::string& path, Findings& findings) {
  for (std::size_t a = 0; a < market.assets.size(); ++a)
    if (!market.assets[a].daily_volume)
      findings.add_at(path,
                      "needs market.assets." + market.names[a] + ".daily_volume: impact is in shares of it");
  if (spec.transient > 0 && !spec.half_life)
    findings.add_at(join(path, "half_life"), "is missing: the transient part needs one");
  if (spec.transient == 0 && spec.half_life)
    findings.add_at(join(path, "half_life"), "has no effect without `transient`");
  return world::Feedback{spec.crowding, spec.permanent, spec.transient,
                         spec.half_life ? decay_of(*spec.half_life, market) : 0};
}

/// Transitions and regimes that the times of the file rule out, in one warning: of a regime that is never
/// entered its transitions are not named as well.
void warn_of_the_impossible(const world::Scenario& scenario, const std::string& path, Findings& findings) {
  const std::vector<bool> may_fire = world::transitions_that_may_fire(scenario);
  const auto table = world::reachable_regimes(scenario);
  std::vector<bool> entered(scenario.regimes.size(), false);
  std::string what;
  for (std::size_t r = 0; r < entered.size(); ++r) {
    entered[r] = std::ranges::any_of(table, [r](const world::RegimeSet& row) { return row.contains(r); });
    if (!entered[r])
      what += (what.empty() ? "" : "; ") + in_quotes(scenario.regimes[r].name) + " is never entered";
  }
  for (std::size_t t = 0; t < may_fire.size(); ++t) {
    const world::Transition& change = scenario.transitions[t];
    if (!may_fire[t] && entered[change.from] && entered[change.to])
      what += (what.empty() ? "" : "; ") +
              ("the change from " + in_quotes(scenario.regimes[change.from].name)) + " to " +
              in_quotes(scenario.regimes[change.to].name) + " never happens";
  }
  if (!what.empty()) findings.warn_at(join(path, "transitions"), what + " before the horizon");
}

/// Depth that could not come back before the horizon, where it may be withdrawn.
void warn_of_lasting_withdrawals(const ScenarioSpec& spec, const MarketContext& market,
                                 const world::Scenario& scenario, const std::string& path,
                                 Findings& findings) {
  const auto table = world::reachable_regimes(scenario);
  for (std::size_t a = 0; a < market.names.size(); ++a) {
    const std::vector<double> slowest = world::slowest_recovery(scenario, a);
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const world::AssetRegime& regime = scenario.regimes[r].assets[a];
      if (regime.liquidity.withdrawn_by_jump == 0 && regime.liquidity.noise == 0 &&
          !(regime.order_flow && regime.order_flow->drain > 0))
        continue;
      const auto entered =
          std::ranges::find_if(table, [r](const world::RegimeSet& row) { return row.contains(r); });
      if (entered == table.end()) continue;
      const double left = scenario.grid.horizon_years() -
                          scenario.grid.time(static_cast<std::size_t>(entered - table.begin()));
      if (left <= 0 || slowest[r] <= left) continue;
      findings.warn_at(join(join(join(path, "regimes"), spec.regimes[r].first), "liquidity"),
                       "depth of " + market.names[a] +
                           " cannot come back before the horizon: its half-life is " +
                           format_number(std::round(100 * slowest[r] / left) / 100) +
                           " times the time left when the regime is first entered (resilience)");
    }
  }
}

std::size_t resolve_start(const ScenarioSpec& spec, const std::string& path, Findings& findings) {
  if (!spec.start.empty()) return regime_index(spec, spec.start, join(path, "start"), findings).value_or(0);
  if (spec.regimes.size() > 1)
    findings.add_at(join(path, "start"), "is missing: with several regimes, one must be today's");
  return 0;
}

void refuse_gaps_of_regimes_never_entered(const ScenarioSpec& spec, const world::Scenario& scenario,
                                          const std::string& path, Findings& findings) {
  for (std::size_t r = 0; r < spec.regimes.size(); ++r) {
    const bool entered =
        std::ranges::any_of(scenario.transitions, [r](const world::Transition& t) { return t.to == r; });
    if (!spec.regimes[r].second.on_entry.empty() && !entered)
      findings.add_at(join(join(join(path, "regimes"), spec.regimes[r].first), "on_entry"),
                      "has no effect: no transition enters this regime");
  }
}

void refuse_unreachable(const ScenarioSpec& spec, const world::Scenario& scenario, const std::string& path,
                        Findings& findings) {
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
  scenario.days_per_year = market.calendar.days_per_year;
  scenario.today = market.world_today;
  scenario.tradables = market.tradables;
  if (spec.regimes.empty() || spec.regimes.size() > kMostRegimes) {
    findings.add_at(join(path, "regimes"),
                    "between 1 and " + std::to_string(kMostRegimes) + " regimes are needed");
    return scenario;
  }
  scenario.start = resolve_start(spec, path, findings);
  bool worsened = spec.severity == 1;
  for (std::size_t r = 0; r < spec.regimes.size(); ++r) {
    const auto& [name, regime] = spec.regimes[r];
    const std::string regime_path = join(join(path, "regimes"), name);
    refuse_unknown_assets(regime, market, regime_path, findings);
    world::Regime& out = scenario.regimes.emplace_back();
    const bool is_today = r == scenario.start && spec.regimes.size() > 1;
    Worsening worsening(is_today ? 1 : spec.severity);
    out.name = name;
    out.halted = regime.trading.value == TradingWords::Value::halted;
    for (std::size_t a = 0; a < market.assets.size(); ++a)
      out.assets.push_back(
          resolve_asset_regime(regime, a, market, regime_path, r == scenario.start, worsening, findings));
    out.common_jumps = resolve_common_jumps(regime, market, regime_path, worsening, findings);
    std::optional<RegimeCorrelationSpec> correlation = regime.correlation;
    if (correlation) worsening.worsen(*correlation);
    out.correlation =
        resolve_correlation(correlation, market, join(regime_path, "correlation"), policy, repairs, findings);
    worsened = worsened || worsening.changed();
    if (!regime.correlation) continue;
    out.variance_correlation = regime.correlation->variance;
    if (regime.correlation->blend) out.blend_years = span_of(*regime.correlation->blend, market);
  }
  if (spec.feedback)
    scenario.feedback = resolve_feedback(*spec.feedback, market, join(path, "feedback"), findings);
  for (std::size_t t = 0; t < spec.transitions.size(); ++t)
    resolve_transition(spec.transitions[t], spec, market, element(join(path, "transitions"), t), scenario,
                       findings);
  if (!worsened)
    findings.add_at(join(path, "severity"),
                    "has no effect: no regime but today's departs from today's market");
  refuse_unreachable(spec, scenario, path, findings);
  refuse_gaps_of_regimes_never_entered(spec, scenario, path, findings);
  refuse_inert_state_keys(spec, market, scenario, path, findings);
  check_events(spec, market, scenario, path, findings);
  if (findings.failed()) return scenario;
  warn_of_the_impossible(scenario, path, findings);
  warn_of_lasting_withdrawals(spec, market, scenario, path, findings);
  return scenario;
}

}  // namespace unhedged::config
