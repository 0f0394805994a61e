#include "engine/margin/portfolio.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::margin {
namespace {

using instruments::ContractKind;

/// Expiries that are nearer to each other than this are one.
constexpr double kSameExpiry = 1e-9;

/// Where volatility or life has become nothing an option is worth what the forward is in the money.
double option_value(const pricing::Vanilla& option, double spot, double volatility,
                    const pricing::Carry& carry) {
  if (volatility > 0) return pricing::black_scholes_value(option, spot, volatility, carry);
  const double in_money = spot * scalar::exp(-carry.yield * option.tau_years) -
                          option.strike * scalar::exp(-carry.rate * option.tau_years);
  return std::max(0.0, option.right == pricing::Right::call ? in_money : -in_money);
}

double life_of(const MarginPosition& held, double years_passed) {
  return std::max(0.0, held.expiry_years - years_passed);
}

pricing::Vanilla vanilla(const MarginPosition& held, double years_passed) {
  const auto right = held.kind == ContractKind::call ? pricing::Right::call : pricing::Right::put;
  return {right, held.strike, life_of(held, years_passed)};
}

bool is_vanilla(const MarginPosition& held) {
  return held.kind == ContractKind::call || held.kind == ContractKind::put;
}

void add_delta(std::vector<ExpiryDelta>& all, double years, double delta) {
  for (ExpiryDelta& one : all)
    if (std::abs(one.years - years) < kSameExpiry) {
      one.delta += delta;
      return;
    }
  all.push_back({years, delta});
}

/// Units sold, options of one strike, expiry and right together.
double short_options(const std::vector<MarginPosition>& positions) {
  std::vector<MarginPosition> series;
  for (const MarginPosition& held : positions) {
    if (!is_vanilla(held)) continue;
    const auto known = std::ranges::find_if(series, [&](const MarginPosition& one) {
      return one.kind == held.kind && one.strike == held.strike &&
             std::abs(one.expiry_years - held.expiry_years) < kSameExpiry;
    });
    if (known == series.end()) series.push_back(held);
    else known->quantity += held.quantity;
  }
  double sold = 0;
  for (const MarginPosition& one : series) sold += std::max(0.0, -one.quantity);
  return sold;
}

}  // namespace

double ShockedMarket::volatility(double quoted, double years_to_expiry) const {
  const double before = quoted * volatility_factor;
  return shock == nullptr ? before : shock->shocked(before, years_to_expiry * kDaysPerYear, move);
}

double MarginPosition::price(const AssetMarket& market, double spot, double years_passed) const {
  if (kind != ContractKind::future) return spot;
  return spot * scalar::exp((market.carry.rate - market.carry.yield) * life_of(*this, years_passed));
}

double MarginPosition::value(const AssetMarket& market, const ShockedMarket& now) const {
  const double life = life_of(*this, now.years_passed);
  switch (kind) {
    case ContractKind::spot: return quantity * now.spot;
    case ContractKind::forward:
      return quantity * (now.spot * scalar::exp(-market.carry.yield * life) -
                         strike * scalar::exp(-market.carry.rate * life));
    case ContractKind::future:
    case ContractKind::perpetual: {
      const double before = price(market, market.spot, 0), after = price(market, now.spot, now.years_passed);
      return in_coin ? quantity * (1 / before - 1 / after) * now.spot : quantity * (after - before);
    }
    default: break;
  }
  const double quoted = now.volatility(volatility, life);
  return quantity * option_value(vanilla(*this, now.years_passed), now.spot, quoted, market.carry);
}

double MarginPosition::delta(const AssetMarket& market, const ShockedMarket& now) const {
  const double life = life_of(*this, now.years_passed);
  switch (kind) {
    case ContractKind::spot: return quantity;
    case ContractKind::forward: return quantity * scalar::exp(-market.carry.yield * life);
    case ContractKind::future:
    case ContractKind::perpetual: {
      const double after = price(market, now.spot, now.years_passed);
      return in_coin ? quantity / after : quantity * after / now.spot;
    }
    default: break;
  }
  const pricing::Vanilla option = vanilla(*this, now.years_passed);
  if (!(option.tau_years > 0 && volatility > 0)) return 0;
  return quantity * pricing::black_scholes(option, now.spot, volatility, market.carry).delta;
}

double AssetPortfolio::value(const ShockedMarket& now) const {
  double sum = 0;
  for (const MarginPosition& held : positions) sum += held.value(market, now);
  for (const auto& held : others) sum += held->value(market, now);
  return sum;
}

double AssetPortfolio::value_counted(const ShockedMarket& now) const {
  double sum = 0;
  for (const MarginPosition& held : positions)
    sum += held.value(market, now) * (held.in_coin ? market.spot / now.spot : 1);
  for (const auto& held : others) sum += held->value(market, now);
  return sum;
}

std::vector<double> scenario_pnl(const MarginModel& model, std::span<const MarginScenario> all,
                                 const AssetPortfolio& portfolio) {
  const double before = portfolio.value_counted({portfolio.market.spot});
  std::vector<double> pnl;
  for (const MarginScenario& one : all) {
    const ShockedMarket now{portfolio.market.spot * (1 + one.move), model.look_ahead_years, 1,
                            &model.volatility, one.volatility};
    pnl.push_back(portfolio.value_counted(now) - before);
  }
  return pnl;
}

PortfolioExposures::PortfolioExposures(const AssetPortfolio& portfolio, double provision) {
  const ShockedMarket now{portfolio.market.spot};
  double of_options = 0, of_others = 0, longs = 0, shorts = 0;
  for (const MarginPosition& held : portfolio.positions) {
    const double delta = held.delta(portfolio.market, now);
    (is_vanilla(held) ? of_options : of_others) += delta;
    if (is_vanilla(held) || instruments::is_margined(held.kind))
      add_delta(by_expiry_, held.expiry_years, delta);
    if (instruments::is_margined(held.kind)) (delta > 0 ? longs : shorts) += delta;
  }
  for (const auto& held : portfolio.others) of_options += held->delta(portfolio.market, now);
  numbers_.spot = portfolio.market.spot;
  numbers_.net_delta = of_options + of_others;
  if (of_options * of_others < 0) numbers_.hedged_delta = std::min(std::abs(of_options), std::abs(of_others));
  numbers_.short_options = short_options(portfolio.positions);
  numbers_.offset_futures = std::min(longs, -shorts);
  numbers_.provision = provision;
}

Exposures PortfolioExposures::get() const {
  Exposures out = numbers_;
  out.by_expiry = by_expiry_;
  return out;
}

}  // namespace unhedged::margin
