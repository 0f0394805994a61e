#include "engine/simulation/frozen_book.hpp"

#include <algorithm>

#include "engine/market/implied_curve.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/contract_rows.hpp"
#include "engine/pricing/multi_asset_valuation.hpp"

namespace unhedged::simulation {
namespace {

using margin::AssetMarket;
using margin::ShockedMarket;

/// Of the spot, between which a delta is measured.
constexpr double kBump = 1e-4;

double delta_of(const margin::FrozenHolding& held, const AssetMarket& market, const ShockedMarket& now) {
  ShockedMarket up = now, down = now;
  up.spot *= 1 + kBump;
  down.spot *= 1 - kBump;
  return (held.value(market, up) - held.value(market, down)) / (up.spot - down.spot);
}

/// A contract that remembers its path, on which the spot has stood where it stands.
class HeldContract final : public margin::FrozenHolding {
 public:
  HeldContract(const PositionPlan& position, const AssetPlan& asset, std::vector<double> times, double later)
      : contract_(position.contract.contract),
        quantity_(position.contract.quantity),
        ratio_(position.contract.volatility_ratio),
        volatility_(position.volatility),
        curve_(market::quotes_today(asset.implied_volatility, asset.surface)),
        times_(std::move(times)),
        later_(later) {}

  double value(const AssetMarket& market, const ShockedMarket& now) const override {
    std::vector<Lanes> memory(contract_->memory());
    Lanes spot, paid;
    contract_->begin(memory);
    spot.fill(market.spot);
    for (const double time : times_) contract_->observe(time, spot, memory, paid);
    const double time = later_ + now.years_passed;
    spot.fill(now.spot);
    paid.fill(0);
    contract_->observe(std::min(time, contract_->expiry_years()), spot, memory, paid);
    double value = paid[0];
    if (instruments::outlives(contract_->expiry_years(), time))
      value += parts_value(memory, market, now, time);
    return quantity_ * value;
  }

  double delta(const AssetMarket& market, const ShockedMarket& now) const override {
    return delta_of(*this, market, now);
  }

 private:
  /// All quotes moved as the one that marks the contract.
  market::ImpliedCurve moved_quotes(const ShockedMarket& now, double time) const {
    market::ImpliedCurve curve = curve_;
    curve.premium = now.volatility(volatility_, contract_->expiry_years() - time) / volatility_ - 1;
    return curve;
  }

  double parts_value(std::vector<Lanes>& memory, const AssetMarket& market, const ShockedMarket& now,
                     double time) const {
    const market::ImpliedCurve curve = moved_quotes(now, time);
    double sum = 0;
    for (const instruments::ContractPart& part : contract_->parts(memory, time)) {
      const double units = part.weight != nullptr ? (*part.weight)[0] : 1;
      if (units == 0) continue;
      const double reference = part.reference_of(0), x = scalar::log(now.spot / reference);
      const pricing::ContractRows rows({contract_.get(), ratio_, market.carry}, part.shape, time, curve);
      const bool inside = x >= rows.outline().low && x <= rows.outline().high;
      const auto column = [&](pricing::CallColumn one) {
        return inside ? rows.column(one, x, 0) : rows.beyond(one, x, 0);
      };
      sum += units *
             (column(pricing::CallColumn::shares) * now.spot - column(pricing::CallColumn::cash) * reference);
    }
    return sum;
  }

  std::shared_ptr<const instruments::Contract> contract_;
  double quantity_, ratio_, volatility_;
  market::ImpliedCurve curve_;
  std::vector<double> times_;
  double later_;
};

}  // namespace

/// An option on several assets, some time from today.
class HeldMultiAsset {
 public:
  HeldMultiAsset(const instruments::Position& held, const Plan& plan, double later)
      : option_(*held.multi_asset), quantity_(held.quantity) {
    option_.expiry_years -= later;
    for (const std::size_t a : option_.assets) {
      const AssetPlan& asset = plan.assets[a];
      legs_.push_back({asset.spot, asset.carry});
      volatility_.push_back(market::quotes_today(asset.implied_volatility, asset.surface)
                                .volatility(option_.expiry_years, 0, 0));
    }
  }

  const instruments::MultiAssetOption& option() const { return option_; }

  /// `of_leg(leg)`: its market; null: today's.
  double value(auto of_leg) const {
    std::vector<pricing::MultiAssetValuation::Leg> legs = legs_;
    std::vector<double> volatility = volatility_, spot;
    instruments::MultiAssetOption option = option_;
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      if (const ShockedMarket* now = of_leg(leg)) {
        legs[leg].spot_today = now->spot;
        option.expiry_years = option_.expiry_years - now->years_passed;
        volatility[leg] =
            std::max(market::kSmallestVolatility, now->volatility(volatility[leg], option.expiry_years));
      }
      spot.push_back(legs[leg].spot_today);
    }
    if (!(option.expiry_years > instruments::kExpiredYears)) return quantity_ * option.payoff(spot);
    return quantity_ * pricing::multi_asset_greeks(option, legs, volatility)[0].value;
  }

 private:
  instruments::MultiAssetOption option_;
  double quantity_;
  std::vector<pricing::MultiAssetValuation::Leg> legs_;
  std::vector<double> volatility_;  // quoted for each leg
};

namespace {

/// It as one of its assets moves and the others stay.
class HeldLeg final : public margin::FrozenHolding {
 public:
  HeldLeg(std::shared_ptr<const HeldMultiAsset> held, std::size_t leg) : held_(std::move(held)), leg_(leg) {}

  double value(const AssetMarket&, const ShockedMarket& now) const override {
    return held_->value([&](std::size_t leg) { return leg == leg_ ? &now : nullptr; });
  }
  double delta(const AssetMarket& market, const ShockedMarket& now) const override {
    return delta_of(*this, market, now);
  }

 private:
  std::shared_ptr<const HeldMultiAsset> held_;
  std::size_t leg_;
};

}  // namespace

FrozenBook::FrozenBook(const Plan& plan, double years_later) : later_(years_later) {
  for (const AssetPlan& asset : plan.assets) portfolios_.push_back({{asset.spot, asset.carry}, {}, {}});
  for (std::size_t step = 0; step <= plan.grid.steps && later_ > 0; ++step)
    if (const double time = plan.grid.time(step); time < later_) times_.push_back(time);
  for (const PositionPlan& position : plan.positions) add(position, plan);
}

void FrozenBook::add(const PositionPlan& position, const Plan& plan) {
  const instruments::Position& held = position.contract;
  if (held.is_dated() && !instruments::outlives(held.expiry_years, later_)) return;
  if (held.multi_asset) several_.push_back(std::make_shared<const HeldMultiAsset>(held, plan, later_));
  else if (held.contract)
    portfolios_[held.asset].others.push_back(
        std::make_shared<const HeldContract>(position, plan.assets[held.asset], times_, later_));
  else
    portfolios_[held.asset].positions.push_back({held.kind, held.strike, held.expiry_years - later_,
                                                 held.quantity, position.volatility, held.in_coin});
}

void FrozenBook::add(std::size_t asset, margin::MarginPosition held) {
  if (instruments::is_option(held.kind)) {
    if (!instruments::outlives(held.expiry_years, later_)) return;
    held.expiry_years -= later_;
  }
  portfolios_[asset].positions.push_back(held);
}

std::size_t FrozenBook::positions() const {
  std::size_t count = several_.size();
  for (const margin::AssetPortfolio& one : portfolios_) count += one.positions.size() + one.others.size();
  return count;
}

bool FrozenBook::has_positions(std::size_t asset) const {
  const margin::AssetPortfolio& held = portfolios_[asset];
  return !held.positions.empty() || !held.others.empty() ||
         std::ranges::any_of(
             several_, [&](const auto& one) { return one->option().leg_of(asset) < one->option().legs(); });
}

margin::AssetPortfolio FrozenBook::portfolio(std::size_t asset) const {
  margin::AssetPortfolio out = portfolios_[asset];
  for (const auto& one : several_)
    if (const std::size_t leg = one->option().leg_of(asset); leg < one->option().legs())
      out.others.push_back(std::make_shared<const HeldLeg>(one, leg));
  return out;
}

double FrozenBook::value(std::span<const ShockedMarket> now) const {
  double sum = 0;
  for (std::size_t a = 0; a < portfolios_.size(); ++a) sum += portfolios_[a].value(now[a]);
  for (const auto& one : several_)
    sum += one->value([&](std::size_t leg) { return &now[one->option().assets[leg]]; });
  return sum;
}

std::vector<ShockedMarket> FrozenBook::unmoved() const {
  std::vector<ShockedMarket> out;
  for (const margin::AssetPortfolio& one : portfolios_) out.push_back({one.market.spot});
  return out;
}

}  // namespace unhedged::simulation
