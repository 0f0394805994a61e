#include "engine/simulation/multi_asset_book.hpp"

#include <algorithm>

namespace unhedged::simulation {
namespace {

std::size_t most_legs(const Plan& plan) {
  std::size_t most = 0;
  for (const MultiAssetPlan& held : plan.multi_assets) most = std::max(most, held.option->legs());
  return most;
}

}  // namespace

MultiAssetBook::MultiAssetBook(const Plan& plan, const std::vector<std::optional<pricing::Believed>>& beliefs)
    : plan_(&plan),
      targets_(beliefs.size()),
      room_(most_legs(plan)),
      spot_(most_legs(plan)),
      quotes_(plan.assets.size()) {
  for (const MultiAssetPlan& held : plan.multi_assets) {
    std::vector<pricing::MultiAssetValuation::Leg> legs;
    for (const std::size_t asset : held.option->assets)
      legs.push_back({plan.assets[asset].spot, plan.assets[asset].carry});
    marks_.emplace_back(*held.option, legs, std::nullopt);
    last_asset_.push_back(*std::ranges::max_element(held.option->assets));
    expiry_step_.push_back(
        settlement_step(plan.grid, held.option->expiry_years).value_or(plan.grid.steps + 1));
    for (std::size_t b = 0; b < beliefs.size(); ++b)
      if (beliefs[b]) targets_[b].emplace_back(*held.option, legs, (*beliefs[b])->own_curve());
  }
}

bool MultiAssetBook::completes(std::size_t option, std::size_t asset, std::uint32_t step) const {
  return last_asset_[option] == asset && step < expiry_step_[option];
}

void MultiAssetBook::find(std::size_t belief, std::size_t option, std::uint32_t step,
                          std::span<const market::AssetQuotes> quotes) {
  targets_[belief][option].find(plan_->grid.time(step), quotes, kLanes, room_);
}

void MultiAssetBook::add(std::size_t belief, std::size_t option, std::uint32_t step,
                         const market::AssetQuotes& quotes, pricing::Greek greek, std::size_t leg,
                         Lanes& out) {
  targets_[belief][option].add(plan_->grid.time(step), quotes, greek, leg,
                               plan_->multi_assets[option].quantity, kLanes, room_, out);
}

void MultiAssetBook::settle(std::uint32_t step, const world::BlockWorld& world,
                            std::span<const std::vector<double>> to_horizon, std::vector<Lanes>& out) {
  for (std::size_t k = 0; k < size(); ++k) {
    if (expiry_step_[k] != step) continue;
    const instruments::MultiAssetOption& due = option(k);
    const std::span<double> spot(spot_.data(), due.legs());
    const double factor = plan_->multi_assets[k].quantity * to_horizon[due.assets.front()][step];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (std::size_t leg = 0; leg < due.legs(); ++leg)
        spot[leg] = (*world.quotes(due.assets[leg]).spot)[lane];
      out[due.assets.front()][lane] += factor * due.payoff(spot);
    }
  }
}

void MultiAssetBook::mark(std::uint32_t step, std::size_t asset, const world::BlockWorld& world, Lanes& out) {
  const double time = plan_->grid.time(step);
  for (std::size_t k = 0; k < size(); ++k) {
    if (expiry_step_[k] <= step || option(k).assets.front() != asset) continue;
    for (const std::size_t a : option(k).assets) quotes_[a] = world.quotes(a);
    marks_[k].find(time, quotes_, kLanes, room_);
    marks_[k].add(time, quotes_[asset], pricing::Greek::value, 0, plan_->multi_assets[k].quantity, kLanes,
                  room_, out);
  }
}

}  // namespace unhedged::simulation
