#include "engine/instruments/multi_asset.hpp"

#include <algorithm>

namespace unhedged::instruments {
namespace {

constexpr Asks kExchange{.assets = true, .weights = true, .correlation = true};
constexpr Asks kStruck{.strike = true, .assets = true, .weights = true, .correlation = true};

constexpr MultiAssetRow kTable[] = {
    {"exchange", "the right to receive the first of two assets for the second at expiry", kExchange,
     Legs::one_against_another, Side::call},
    {"spread_call", "a call on the first of two assets less the second", kStruck, Legs::one_against_another,
     Side::call},
    {"spread_put", "a put on the first of two assets less the second", kStruck, Legs::one_against_another,
     Side::put},
    {"basket_call", "a call on the weighted sum of assets", kStruck, Legs::together, Side::call},
    {"basket_put", "a put on the weighted sum of assets", kStruck, Legs::together, Side::put},
};

}  // namespace

std::span<const MultiAssetRow> multi_asset_rows() { return kTable; }

std::size_t MultiAssetOption::leg_of(std::size_t asset) const {
  return static_cast<std::size_t>(std::ranges::find(assets, asset) - assets.begin());
}

double MultiAssetOption::payoff(std::span<const double> spot) const {
  double sum = 0;
  for (std::size_t leg = 0; leg < legs(); ++leg) sum += weights[leg] * spot[leg];
  return instruments::payoff(row->side, sum, strike);
}

}  // namespace unhedged::instruments
