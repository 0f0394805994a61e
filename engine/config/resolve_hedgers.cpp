#include <algorithm>
#include <cmath>

#include "engine/config/resolve_hedgers.hpp"
#include "engine/simulation/desk_terms.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::config {
namespace {

hedging::Costs resolve_costs(const WordOr<NoneWord, CostSpec>& spec) {
  hedging::Costs costs;
  costs.at_mid = !spec.other;
  if (costs.at_mid) return costs;
  costs.half_spread = spec.other->half_spread;
  costs.fee = spec.other->fee;
  costs.impact = spec.other->impact.other.value_or(hedging::kNoImpact);
  return costs;
}

/// Which assets are hedged: all, or those in the list.
std::vector<bool> resolve_hedged(const std::optional<std::vector<std::string>>& names,
                                 const MarketContext& market, const std::string& path, Findings& findings) {
  std::vector<bool> hedged(market.assets.size(), !names.has_value());
  if (!names) return hedged;
  if (names->empty()) findings.add_at(path, "is empty; a hedger that hedges nothing is `model: none`");
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string& name = (*names)[i];
    const auto asset = market.index_of(name);
    if (!asset)
      findings.add_at(element(path, i), "unknown asset \"" + name + "\"" + suggestion(name, market.names));
    else if (hedged[*asset]) findings.add_at(element(path, i), name + " is named twice");
    else hedged[*asset] = true;
  }
  return hedged;
}

/// What each asset is hedged with: itself, or what was asked for where it has one.
void resolve_instruments(market::TradableKind with, const MarketContext& market, const std::string& path,
                         Findings& findings, hedging::Hedger& out) {
  bool any = false;
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    const auto wanted = market::find(market.tradables, a, with);
    out.instrument.push_back(wanted.value_or(static_cast<market::TradableId>(a)));
    any = any || (wanted && out.hedged[a]);
  }
  const std::string name = world::tradable_rows()[with]->name;
  if (with != 0 && !any)
    findings.add_at(path, "is " + name + ", but no asset that is hedged has a `" + name + "`");
}

/// A latency counts in whole steps, since orders are filled at grid times.
hedging::Latency resolve_latency(const TradingSpec& spec, const MarketContext& market,
                                 const std::string& path, Findings& findings) {
  if (!spec.latency) {
    if (spec.latency_law) findings.add_at(join(path, "latency_law"), "has no effect without `latency`");
    return {};
  }
  hedging::Latency out{std::min(kFarthest, steps_in(*spec.latency, market)), hedging::Latency::Law::fixed};
  if (spec.latency_law) out.law = spec.latency_law->value;
  const double whole = std::ceil(out.steps - kGridTolerance);
  if (out.law == hedging::Latency::Law::fixed && whole - out.steps > 0.25)
    findings.warn_at(join(path, "latency"), to_string(*spec.latency) + " is " + format_number(out.steps) +
                                                " steps: orders are filled at grid times, so it acts as " +
                                                format_number(whole) + (whole == 1 ? " step" : " steps"));
  return out;
}

/// Payment later than at the fill: interest in between.
void resolve_settlement(const TradingSpec& spec, const MarketContext& market, const std::string& path,
                        Findings& findings, hedging::Hedger& out) {
  if (!spec.execution.settlement_delay) return;
  out.settlement_years = span_of(*spec.execution.settlement_delay, market);
  bool matters = false;
  for (std::size_t a = 0; a < market.assets.size(); ++a)
    matters = matters ||
              (out.hedged[a] && !market.tradables[out.instrument[a]].on_margin && market.assets[a].rate != 0);
  for (const hedging::HedgeOption& option : out.options)
    matters = matters || market.assets[option.asset].rate != 0;
  if (!matters)
    findings.add_at(join(path, "settlement_delay"),
                    "has no effect: no asset that is hedged has a rate, at which payments bear interest");
}

void resolve_trading(const TradingSpec& spec, const MarketContext& market, const std::string& path,
                     Findings& findings, hedging::Hedger& out) {
  out.strategy = spec.objective.strategy.make([&](const Duration& time) { return span_of(time, market); });
  out.costs.assign(market.assets.size(), resolve_costs(spec.costs));
  out.close_out = spec.close_out.value;
  out.premium_adjusted = spec.coin_delta && spec.coin_delta->value == CoinDelta::premium_adjusted;
  out.latency = resolve_latency(spec, market, path, findings);
  out.hedged = resolve_hedged(spec.hedge, market, join(path, "hedge"), findings);
  resolve_rules(spec.rebalance, market, join(path, "rebalance"), findings, out);
  resolve_execution(spec.execution, market, path, findings, out);
  resolve_instruments(spec.hedge_with.kind, market, join(path, "hedge_with"), findings, out);
  resolve_hedge_options(spec.hedge_with, market, join(path, "hedge_with"), findings, out);
  resolve_settlement(spec, market, path, findings, out);
  if (spec.account) resolve_account(*spec.account, market, join(path, "account"), findings, out);
}

void add_baseline(std::vector<hedging::Hedger>& hedgers, const MarketContext& market, Findings& findings) {
  const bool has_one = std::ranges::any_of(hedgers, [](const auto& h) { return !h.hedges(); });
  if (has_one) return;
  hedging::Hedger baseline;
  baseline.name = "unhedged";
  baseline.costs.resize(market.assets.size());
  if (std::ranges::any_of(hedgers, [](const auto& h) { return h.name == "unhedged"; }))
    findings.add_at("hedgers.unhedged", "this name is kept for `model: none`");
  hedgers.push_back(std::move(baseline));
}

}  // namespace

std::vector<hedging::Hedger> resolve_hedgers(const RunSpec& spec, const MarketContext& market,
                                             Findings& findings) {
  std::vector<hedging::Hedger> hedgers;
  for (const auto& [name, hedger] : spec.hedgers) {
    hedging::Hedger& out = hedgers.emplace_back();
    out.name = name;
    out.costs.resize(market.assets.size());
    if (!hedger.active) continue;
    hedger.active->belief.remark(join("hedgers", name), findings);
    out.belief = resolve_belief(*hedger.active, market, join("hedgers", name), findings);
    resolve_trading(hedger.active->trading, market, join("hedgers", name), findings, out);
  }
  if (hedgers.empty()) findings.add_at("hedgers", "at least one hedger is needed");
  add_baseline(hedgers, market, findings);
  return hedgers;
}

void check_objectives(const simulation::Plan& plan, Findings& findings) {
  const simulation::DeskTerms terms(plan);
  for (const hedging::Hedger& hedger : plan.hedgers) {
    if (!hedger.strategy) continue;
    const std::vector<market::Tradable> lines = terms.lines(hedger);
    const std::string objection = hedger.strategy->objection(terms.of(lines));
    if (!objection.empty()) findings.add_at(join(join("hedgers", hedger.name), "objective"), objection);
  }
}

}  // namespace unhedged::config
