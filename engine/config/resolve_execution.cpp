#include <cmath>

#include "engine/config/resolve_hedgers.hpp"
#include "engine/core/utf8.hpp"
#include "engine/hedging/slices.hpp"

namespace unhedged::config {
namespace {

/// What an amount is for one asset; nothing where a map leaves it out.
std::optional<double> amount_of(const std::optional<AmountSpec>& spec, const std::string& asset) {
  if (!spec || spec->all) return spec ? spec->all : std::nullopt;
  for (const auto& [name, amount] : spec->by_asset)
    if (name == asset) return amount;
  return {};
}

void check_names(const std::optional<AmountSpec>& spec, const MarketContext& market, const std::string& path,
                 Findings& findings) {
  if (!spec) return;
  for (const auto& [name, amount] : spec->by_asset)
    if (!market.index_of(name))
      findings.add_at(join(path, name), "unknown asset " + in_quotes(name) + suggestion(name, market.names));
  if (!spec->all && spec->by_asset.empty()) findings.add_at(path, "names no asset");
}

/// Slices weighed by today's market: impact is that of a day's volume traded in a day, taken as linear.
std::vector<double> weighed(const SlicesSpec& spec, std::size_t asset, const MarketContext& market,
                            const hedging::Costs& costs, const std::string& path, Findings& findings) {
  const AssetSpec& today = market.assets[asset];
  const double interval = market.grid.trading_share(market.calendar.days_per_year);
  const hedging::ImpactLaw& impact = costs.impact;
  const std::string needs = "needs ", name = market.names[asset];
  if (costs.at_mid || impact.coefficient <= impact.permanent * interval / 2)
    findings.add_at(path,
                    needs + "orders of " + name + " to have impact, and that not to be permanent alone");
  else if (!today.daily_volume)
    findings.add_at(path, needs + "market.assets." + name + ".daily_volume: impact is in shares of it");
  if (findings.failed()) return {};
  const double deviation = today.spot * today.implied_vol / std::sqrt(market.calendar.days_per_year),
               unit = deviation / (*today.daily_volume / today.spot);
  return hedging::schedule(spec.number, {*spec.risk_aversion, deviation, impact.coefficient * unit,
                                         impact.permanent * unit, interval});
}

std::vector<double> resolve_slices(const SlicesSpec& spec, std::size_t asset, const MarketContext& market,
                                   const hedging::Costs& costs, const std::string& path, Findings& findings) {
  if (spec.number <= 1) return {};
  if (spec.risk_aversion.value_or(0) > 0)
    return weighed(spec, asset, market, costs, join(path, "risk_aversion"), findings);
  return std::vector<double>(spec.number, 1 / static_cast<double>(spec.number));
}

void check_slices(const SlicesSpec& spec, const MarketContext& market, const std::string& path,
                  Findings& findings) {
  if (spec.number > market.grid.steps)
    findings.add_at(path, std::to_string(spec.number) + " slices, one a step, are more than the " +
                              std::to_string(market.grid.steps) + " steps to the horizon");
  if (spec.number == 1 && spec.risk_aversion)
    findings.add_at(join(path, "risk_aversion"), "has no effect on a single slice");
}

void check_rate(const RateLimitSpec& spec, const MarketContext& market, const std::string& path,
                Findings& findings) {
  if (spec.units.has_value() == spec.share.has_value())
    findings.add_at(path, "either `units` or `share` is needed, and not both");
  check_names(spec.units, market, join(path, "units"), findings);
}

}  // namespace

void resolve_execution(const ExecutionSpec& spec, const MarketContext& market, const std::string& path,
                       Findings& findings, hedging::Hedger& out) {
  if (!spec.lot && !spec.minimum && !spec.slices && !spec.rate_limit) return;
  check_names(spec.lot, market, join(path, "lot"), findings);
  check_names(spec.minimum, market, join(path, "minimum"), findings);
  if (spec.slices) check_slices(*spec.slices, market, join(path, "slices"), findings);
  if (spec.rate_limit) check_rate(*spec.rate_limit, market, join(path, "rate_limit"), findings);
  const double hours =
      market.calendar.hours_per_day * market.grid.trading_share(market.calendar.days_per_year);
  out.execution.resize(market.assets.size());
  for (std::size_t a = 0; a < market.assets.size(); ++a) {
    if (!out.hedged[a]) continue;
    hedging::Execution& how = out.execution[a];
    how.lot = amount_of(spec.lot, market.names[a]).value_or(0);
    how.minimum = amount_of(spec.minimum, market.names[a]).value_or(0);
    if (spec.slices && !findings.failed())
      how.slices = resolve_slices(*spec.slices, a, market, out.costs[a], join(path, "slices"), findings);
    if (!spec.rate_limit) continue;
    if (const auto units = amount_of(spec.rate_limit->units, market.names[a])) how.most = *units * hours;
    if (spec.rate_limit->share) how.most_of_gross = *spec.rate_limit->share * hours;
    if (how.most < how.lot)
      findings.add_at(join(path, "rate_limit"), "lets " + format_number(how.most) + " units of " +
                                                    market.names[a] +
                                                    " go at a grid time, which is less than a lot");
  }
}

}  // namespace unhedged::config
