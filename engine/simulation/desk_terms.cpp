#include "engine/simulation/desk_terms.hpp"

namespace unhedged::simulation {

DeskTerms::DeskTerms(const Plan& plan) : plan_(&plan) {
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    const AssetPlan& asset = plan.assets[a];
    names_.push_back(asset.name);
    volatility_.push_back(
        market::quotes_today(asset.implied_volatility, asset.surface).volatility(kQuotedLife, 0, 0));
    auto& gross = gross_.emplace_back();
    for (std::size_t step = 0; step <= plan.grid.steps; ++step)
      gross.push_back(plan.gross_units(a, plan.grid.time(step)));
  }
}

std::vector<market::Tradable> DeskTerms::lines(const hedging::Hedger& hedger) const {
  std::vector<market::Tradable> lines;
  for (std::size_t a = 0; a < names_.size(); ++a)
    if (hedger.hedges(a)) lines.push_back(plan_->tradables[hedger.instrument[a]]);
  for (const hedging::HedgeOption& option : hedger.options)
    lines.push_back({.asset = option.asset, .is_option = true});
  return lines;
}

hedging::StrategyTerms DeskTerms::of(std::span<const market::Tradable> lines) const {
  return {plan_->grid, lines, names_, volatility_, gross_, plan_->correlation};
}

}  // namespace unhedged::simulation
