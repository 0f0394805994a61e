#include <algorithm>

#include "engine/config/resolve_contract.hpp"
#include "engine/core/utf8.hpp"
#include "engine/pricing/multi_asset_valuation.hpp"

namespace unhedged::config {
namespace {

using instruments::MultiAssetOption;
using instruments::MultiAssetRow;

std::vector<std::size_t> resolve_assets(const PositionSpec& spec, const MarketContext& market,
                                        const std::string& path, Findings& findings) {
  const MultiAssetRow& row = *spec.instrument.value.multi_asset;
  const std::vector<std::string>& names = spec.assets.values;
  std::vector<std::size_t> out;
  for (const std::string& name : names) {
    const auto asset = find_asset(name, market, path, findings);
    if (!asset) return {};
    if (std::ranges::find(out, *asset) != out.end()) {
      findings.add_at(path, in_quotes(name) + " stands here twice");
      return {};
    }
    out.push_back(*asset);
  }
  if (row.asset_count() != 0 && names.size() != row.asset_count()) {
    findings.add_at(path, "has " + std::to_string(names.size()) + ": this instrument is on " +
                              std::to_string(row.asset_count()));
    return {};
  }
  return out;
}

/// Money that is paid or received has one price.
void check_rates(const std::vector<std::size_t>& assets, const MarketContext& market, const std::string& path,
                 Findings& findings) {
  for (const std::size_t asset : assets)
    if (market.assets[asset].rate != market.assets[assets.front()].rate)
      return findings.add_at(path, in_quotes(market.names[assets.front()]) + " and " +
                                       in_quotes(market.names[asset]) +
                                       " have different rates: an option on both pays in one money, which "
                                       "has one");
}

std::vector<double> resolve_weights(const PositionSpec& spec, const std::string& path, Findings& findings) {
  const std::vector<double>& written = spec.weights.values;
  std::vector<double> out(spec.assets.values.size(), 1.0);
  if (!written.empty() && written.size() != out.size())
    findings.add_at(path, "has " + std::to_string(written.size()) + " entries for " +
                              std::to_string(out.size()) + " assets");
  else if (!written.empty()) out = written;
  for (std::size_t leg = 0; leg < out.size(); ++leg) out[leg] *= spec.instrument.value.multi_asset->sign(leg);
  return out;
}

/// Of the assets of an option: all alike where it is written, else the market's.
math::SquareMatrix resolve_correlation(const PositionSpec& spec, const std::vector<std::size_t>& assets,
                                       const math::SquareMatrix& market, const std::string& path,
                                       Findings& findings) {
  const std::size_t legs = assets.size();
  math::SquareMatrix out = math::SquareMatrix::identity(legs);
  const auto others = static_cast<double>(legs - 1);
  if (spec.correlation && *spec.correlation * others < -1)
    findings.add_at(path, "is less than " + format_number(-1 / others) + ", the least that " +
                              std::to_string(legs) + " assets can have among them all");
  for (std::size_t i = 0; i < legs; ++i)
    for (std::size_t j = 0; j < i; ++j)
      out.set_both(i, j, spec.correlation.value_or(market(assets[i], assets[j])));
  return out;
}

/// In account currency.
double resolve_strike(const PositionSpec& spec, const MultiAssetOption& option, const MarketContext& market,
                      const std::string& path, Findings& findings) {
  double today = 0;
  for (std::size_t leg = 0; leg < option.legs(); ++leg)
    today += option.weights[leg] * market.assets[option.assets[leg]].spot;
  if (!spec.strike->is_relative) {
    if (option.row->legs == instruments::Legs::together)
      warn_of_strike(spec.strike->value / today, path, findings);
    return spec.strike->value;
  }
  if (today <= 0)
    findings.add_at(path, "is a percentage of today's difference, which is not positive: " +
                              format_number(today) + "; a price is needed");
  return spec.strike->value * today;
}

std::vector<pricing::MultiAssetValuation::Leg> legs_of(const MultiAssetOption& option,
                                                       const MarketContext& market) {
  std::vector<pricing::MultiAssetValuation::Leg> out;
  for (const std::size_t asset : option.assets)
    out.push_back({market.assets[asset].spot, {market.assets[asset].rate, market.assets[asset].yield}});
  return out;
}

}  // namespace

std::optional<instruments::Position> resolve_multi_asset(const PositionSpec& spec,
                                                         const MarketContext& market,
                                                         const math::SquareMatrix& correlation,
                                                         const std::string& path, Findings& findings) {
  auto option = std::make_shared<MultiAssetOption>();
  option->row = spec.instrument.value.multi_asset;
  option->assets = resolve_assets(spec, market, path + ".assets", findings);
  if (option->assets.empty()) return {};
  check_rates(option->assets, market, path + ".assets", findings);
  option->weights = resolve_weights(spec, path + ".weights", findings);
  option->correlation =
      resolve_correlation(spec, option->assets, correlation, path + ".correlation", findings);
  if (spec.strike && option->row->asks.strike)
    option->strike = resolve_strike(spec, *option, market, path + ".strike", findings);
  if (spec.expiry) option->expiry_years = resolve_expiry(*spec.expiry, market, path + ".expiry", findings);
  instruments::Position position;
  position.kind = instruments::ContractKind::other;
  position.asset = option->assets.front();
  position.strike = option->strike;
  position.expiry_years = option->expiry_years;
  position.quantity = spec.quantity;
  position.premium = spec.premium;
  position.multi_asset = std::move(option);
  return position;
}

double multi_asset_mark(const MultiAssetOption& option, const MarketContext& market) {
  std::vector<double> volatilities;
  for (const std::size_t asset : option.assets)
    volatilities.push_back(
        market::quotes_today(market.assets[asset].implied_vol, market.surfaces[asset].surface)
            .volatility(option.expiry_years, 0, 0));
  return pricing::multi_asset_greeks(option, legs_of(option, market), volatilities).front().value;
}

}  // namespace unhedged::config
