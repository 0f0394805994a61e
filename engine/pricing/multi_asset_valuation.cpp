#include "engine/pricing/multi_asset_valuation.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

/// Where the price is not positive it counts as this share of today's.
const double kNothing = scalar::exp(market::kLogOfNothing);

/// Curves that a block may see at once.
constexpr std::size_t kMostCurves = 64;

/// volatility * root of the life, of each path.
void deviations(const market::AssetQuotes& quotes, double life, std::size_t count, Lanes& out) {
  market::QuotesAtTheMoney at[kMostCurves];
  for (std::size_t k = 0; k < quotes.curves.size(); ++k)
    if ((quotes.curves_present >> k & 1U) != 0) at[k] = quotes.curves[k].at_the_money(life);
  const double root = std::sqrt(life);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = root * at[quotes.curve->value[i]].volatility((*quotes.quote_level)[i]);
}

}  // namespace

MultiAssetRoom::MultiAssetRoom(std::size_t most_legs)
    : forward(most_legs), deviation(most_legs), loading(most_legs), boundary(most_legs), share(most_legs) {}

ExerciseRule MultiAssetRoom::rule() {
  return {loading.data(), boundary.data(), share.data(), &threshold, &slope, &turning, &mixed};
}

MultiAssetValuation::MultiAssetValuation(const instruments::MultiAssetOption& option, std::vector<Leg> legs,
                                         std::optional<market::ImpliedCurve> own)
    : option_(&option), legs_(std::move(legs)), own_(std::move(own)) {
  for (const double weight : option.weights) sign_.push_back(weight > 0 ? 1.0 : -1.0);
}

double MultiAssetValuation::growth(std::size_t leg, double life) const {
  return scalar::exp((legs_[leg].carry.rate - legs_[leg].carry.yield) * life);
}

void MultiAssetValuation::find(double time_years, std::span<const market::AssetQuotes> quotes,
                               std::size_t count, MultiAssetRoom& room) const {
  const double life = option_->expiry_years - time_years;
  for (std::size_t leg = 0; leg < legs_.size(); ++leg) {
    const market::AssetQuotes& shown = quotes[option_->assets[leg]];
    const double factor = option_->weights[leg] * growth(leg, life), least = kNothing * legs_[leg].spot_today;
    for (std::size_t i = 0; i < count; ++i) room.forward[leg][i] = factor * std::max(least, (*shown.spot)[i]);
    Lanes& deviation = room.deviation[leg];
    if (own_ && own_->moves_with_level)
      for (std::size_t i = 0; i < count; ++i)
        deviation[i] = std::sqrt(life) * own_->volatility(life, (*shown.quote_level)[i], 0);
    else if (own_) deviation.fill(std::sqrt(life) * own_->volatility(life, 0, 0));
    else deviations(shown, life, count, deviation);
  }
  multi_asset_kernels().find(state(room), room.rule(), count);
}

MultiAssetState MultiAssetValuation::state(const MultiAssetRoom& room) const {
  return {legs_.size(), option_->strike,     option_->correlation.data(),
          sign_.data(), room.forward.data(), room.deviation.data()};
}

void MultiAssetValuation::add_value(double life, double quantity, std::size_t count, MultiAssetRoom& room,
                                    Lanes& out) const {
  const MultiAssetKernels& kernels = multi_asset_kernels();
  const double side = sign_of(option_->row->side), cash = quantity * side * scalar::exp(-rate() * life);
  for (std::size_t leg = 0; leg < legs_.size(); ++leg)
    kernels.add_chance(room.rule(), leg, side, cash, &room.forward[leg], count, out);
  if (option_->strike > 0) kernels.add_exercise(room.rule(), side, -cash * option_->strike, count, out);
}

/// rate V - sum of (rate - yield) S delta - what passes of the variance
void MultiAssetValuation::add_theta(double life, double quantity, std::size_t count, MultiAssetRoom& room,
                                    Lanes& out) const {
  const MultiAssetKernels& kernels = multi_asset_kernels();
  const double side = sign_of(option_->row->side), cash = quantity * scalar::exp(-rate() * life);
  add_value(life, rate() * quantity, count, room, out);
  for (std::size_t leg = 0; leg < legs_.size(); ++leg) {
    const double drift = legs_[leg].carry.rate - legs_[leg].carry.yield;
    kernels.add_chance(room.rule(), leg, side, -drift * side * cash, &room.forward[leg], count, out);
    kernels.add_vega(room.rule(), leg, -0.5 * cash / life, nullptr, count, out);
  }
}

void MultiAssetValuation::add(double time_years, const market::AssetQuotes& quotes, Greek greek,
                              std::size_t leg, double quantity, std::size_t count, MultiAssetRoom& room,
                              Lanes& out) const {
  const MultiAssetKernels& kernels = multi_asset_kernels();
  const double life = option_->expiry_years - time_years, side = sign_of(option_->row->side),
               cash = quantity * scalar::exp(-rate() * life);
  switch (greek) {
    case Greek::value:
      if (leg == 0) add_value(life, quantity, count, room, out);
      return;
    case Greek::theta:
      if (leg == 0) add_theta(life, quantity, count, room, out);
      return;
    case Greek::delta: {
      const double units = side * cash * option_->weights[leg] * growth(leg, life);
      return kernels.add_chance(room.rule(), leg, side, units, nullptr, count, out);
    }
    case Greek::gamma:
      return kernels.add_gamma(state(room), room.rule(), leg, cash, *quotes.spot, count, out);
    case Greek::vega:
      return kernels.add_vega(room.rule(), leg, cash * std::sqrt(life), &room.deviation[leg], count, out);
  }
}

std::vector<Greeks> multi_asset_greeks(const instruments::MultiAssetOption& option,
                                       const std::vector<MultiAssetValuation::Leg>& legs,
                                       std::span<const double> volatilities) {
  constexpr std::size_t few = 16;
  std::vector<market::ImpliedCurve> curves;
  for (const double volatility : volatilities) curves.push_back(market::flat(volatility));
  std::vector<Lanes> spots(legs.size());
  const Lanes nothing{};
  const LaneIndex first{};
  std::size_t assets = 0;
  for (const std::size_t asset : option.assets) assets = std::max(assets, asset + 1);
  std::vector<market::AssetQuotes> quotes(assets);
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    spots[leg].fill(legs[leg].spot_today);
    quotes[option.assets[leg]] = {&nothing, &spots[leg], &nothing, {&curves[leg], 1}, &first, 1};
  }
  MultiAssetRoom room(legs.size());
  const MultiAssetValuation valuation(option, legs, {});
  valuation.find(0, quotes, few, room);
  std::vector<Greeks> out(legs.size());
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    const auto one = [&](Greek greek) {
      Lanes sum{};
      valuation.add(0, quotes[option.assets[leg]], greek, leg, 1, few, room, sum);
      return sum[0];
    };
    out[leg] = {one(Greek::value),
                one(Greek::delta),
                one(Greek::gamma),
                one(Greek::vega),
                one(Greek::theta),
                0,
                0,
                0};
  }
  return out;
}

}  // namespace unhedged::pricing
