#include "engine/simulation/book_summary.hpp"

#include "engine/math/scalar.hpp"
#include "engine/pricing/contract_rows.hpp"
#include "engine/pricing/multi_asset_valuation.hpp"

namespace unhedged::simulation {
namespace {

using instruments::ContractKind;

pricing::Greeks contract_greeks(const PositionPlan& position, const AssetPlan& asset) {
  const instruments::Position& held = position.contract;
  const auto curve = market::quotes_today(asset.implied_volatility, asset.surface);
  return pricing::contract_greeks({held.contract.get(), held.volatility_ratio, asset.carry}, curve,
                                  asset.spot, 0);
}

/// Of one unit of what is settled on margin; of inverse ones a unit is one of account currency.
double margin_delta(const instruments::Position& contract, const AssetPlan& asset) {
  const double forward = scalar::exp((asset.carry.rate - asset.carry.yield) * contract.expiry_years);
  return contract.in_coin ? 1 / (asset.spot * forward) : forward;
}

/// Greeks of one unit.
pricing::Greeks greeks_of(const PositionPlan& position, const AssetPlan& asset) {
  const instruments::Position& contract = position.contract;
  const double tau = contract.expiry_years, rate = asset.carry.rate, yield = asset.carry.yield;
  pricing::Greeks out{};
  switch (contract.kind) {
    case ContractKind::spot: out.delta = 1; break;
    case ContractKind::forward:
      out.delta = scalar::exp(-yield * tau);
      out.theta = yield * asset.spot * out.delta - rate * contract.strike * scalar::exp(-rate * tau);
      break;
    case ContractKind::future:
    case ContractKind::perpetual: out.delta = margin_delta(contract, asset); break;
    case ContractKind::other: return contract_greeks(position, asset);
    case ContractKind::call:
    case ContractKind::put: {
      const auto right = contract.kind == ContractKind::call ? pricing::Right::call : pricing::Right::put;
      out =
          pricing::black_scholes({right, contract.strike, tau}, asset.spot, position.volatility, asset.carry);
    }
  }
  return out;
}

void add_greeks(const pricing::Greeks& greeks, double quantity, const AssetPlan& asset, const Plan& plan,
                BookLine& line) {
  line.delta += quantity * greeks.delta;
  line.gamma += quantity * greeks.gamma * 0.01 * asset.spot;
  line.vega += quantity * greeks.vega * 0.01;
  line.theta += quantity * greeks.theta / plan.calendar.days_per_year;
}

/// Each of its assets has Greeks of it; its value stands with the first.
void add_multi_asset(const PositionPlan& position, const Plan& plan, std::vector<BookLine>& lines) {
  const instruments::MultiAssetOption& option = *position.contract.multi_asset;
  std::vector<pricing::MultiAssetValuation::Leg> legs;
  std::vector<double> volatilities;
  for (const std::size_t a : option.assets) {
    const AssetPlan& asset = plan.assets[a];
    legs.push_back({asset.spot, asset.carry});
    volatilities.push_back(
        market::quotes_today(asset.implied_volatility, asset.surface).volatility(option.expiry_years, 0, 0));
  }
  const std::vector<pricing::Greeks> greeks = pricing::multi_asset_greeks(option, legs, volatilities);
  for (std::size_t leg = 0; leg < legs.size(); ++leg)
    add_greeks(greeks[leg], position.contract.quantity, plan.assets[option.assets[leg]], plan,
               lines[option.assets[leg]]);
}

void add(const PositionPlan& position, const Plan& plan, BookLine& line) {
  const AssetPlan& asset = plan.assets[position.contract.asset];
  const double quantity = position.contract.quantity;
  const bool dated = position.contract.is_dated();
  line.positions += 1;
  const bool alive = instruments::outlives(position.contract.expiry_years, plan.grid.horizon_years());
  line.expiring += dated && !alive ? 1 : 0;
  line.value += quantity * position.mark;
  line.premium += quantity * position.contract.premium.value_or(position.mark);
  if (!position.contract.multi_asset) add_greeks(greeks_of(position, asset), quantity, asset, plan, line);
}

}  // namespace

std::vector<BookLine> summarise_book(const Plan& plan) {
  std::vector<BookLine> lines;
  for (const AssetPlan& asset : plan.assets) lines.emplace_back().asset = asset.name;
  for (const PositionPlan& position : plan.positions) {
    add(position, plan, lines[position.contract.asset]);
    if (position.contract.multi_asset) add_multi_asset(position, plan, lines);
  }
  return lines;
}

}  // namespace unhedged::simulation
