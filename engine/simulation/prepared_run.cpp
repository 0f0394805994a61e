#include "engine/simulation/prepared_run.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::simulation {

PreparedRun::PreparedRun(const Plan& plan) : plan_(&plan), settlements_(plan.grid.steps + 1) {
  for (const world::Scenario& scenario : plan.scenarios) engines_.emplace_back(scenario);
  for (const AssetPlan& asset : plan.assets)
    books_.push_back(pricing::priced(asset.book, asset.carry, asset.spot));
  prepare_cash();
  prepare_beliefs();
  prepare_targets();
  for (const hedging::Hedger& hedger : plan.hedgers) {
    auto& row = executions_.emplace_back();
    for (std::size_t a = 0; a < plan.assets.size(); ++a)
      row.emplace_back(hedger.costs[a], plan.calendar.days_per_year, plan.assets[a].has_volume);
  }
}

void PreparedRun::prepare_cash() {
  const TimeGrid& grid = plan_->grid;
  for (std::size_t a = 0; a < plan_->assets.size(); ++a) {
    const AssetPlan& asset = plan_->assets[a];
    auto& growth = growth_.emplace_back();
    auto& gross = gross_.emplace_back();
    for (std::size_t step = 0; step <= grid.steps; ++step) {
      growth.push_back(std::exp(asset.carry.rate * (grid.horizon_years() - grid.time(step))));
      gross.push_back(asset.book.gross_units(grid.time(step)));
    }
    for (const instruments::ExpiryBucket& bucket : asset.book.buckets) {
      const GridPosition position = locate(grid, bucket.expiry_years);
      if (position.step <= grid.steps)
        settlements_[position.step].push_back({a, instruments::Payoff(bucket)});
    }
  }
}

void PreparedRun::prepare_beliefs() {
  for (const hedging::Hedger& hedger : plan_->hedgers) {
    const auto found = std::ranges::find(beliefs_, hedger.belief);
    belief_of_.push_back(static_cast<std::size_t>(found - beliefs_.begin()));
    if (found == beliefs_.end()) beliefs_.push_back(hedger.belief);
  }
}

void PreparedRun::prepare_targets() {
  const TimeGrid& grid = plan_->grid;
  targets_.resize(engines_.size());
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    auto& marks = marks_.emplace_back();
    for (std::size_t a = 0; a < books_.size(); ++a)
      marks.emplace_back(books_[a], grid.horizon_years(), engines_[s].curves(a));
    for (std::size_t b = 0; b < beliefs_.size(); ++b) {
      auto& row = targets_[s].emplace_back();
      if (beliefs_[b].model == hedging::Belief::Model::none) continue;
      for (std::size_t a = 0; a < books_.size(); ++a) {
        // A fixed volatility does not look at the scenario: one target serves them all.
        if (s > 0 && beliefs_[b].fixed_volatility)
          row.push_back(targets_[0][b][a]);
        else
          row.push_back(std::make_shared<hedging::DeltaTarget>(
              beliefs_[b], books_[a], engines_[s].curves(a), grid.steps, grid.dt_years));
      }
    }
  }
}

}  // namespace unhedged::simulation
