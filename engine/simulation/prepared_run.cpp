#include "engine/simulation/prepared_run.hpp"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>

namespace unhedged::simulation {
namespace {

/// The mark at the horizon enters the ledger, whose identity holds to 1e-9; one slice a scenario can
/// afford it.
constexpr double kMarkError = 1e-10;

}  // namespace

PreparedRun::PreparedRun(const Plan& plan, int threads)
    : plan_(&plan), settlements_(plan.grid.steps + 1) {
  for (const world::Scenario& scenario : plan.scenarios) engines_.emplace_back(scenario);
  for (const AssetPlan& asset : plan.assets)
    books_.push_back(pricing::priced(asset.book, asset.carry, asset.spot));
  prepare_cash();
  prepare_beliefs();
  prepare_targets();
  compute_slices(threads);
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
  pricing::SurfaceSettings settings;
  settings.exact_life_years = 1 / plan_->calendar.days_per_year;
  pricing::SurfaceSettings for_marks = settings;
  for_marks.error_bound = kMarkError;
  targets_.resize(engines_.size());
  for (std::size_t s = 0; s < engines_.size(); ++s) {
    const std::vector<std::vector<bool>> used = quotes_used(s);
    auto& marks = marks_.emplace_back();
    for (std::size_t a = 0; a < books_.size(); ++a)
      marks.emplace_back(books_[a], grid.horizon_years(), engines_[s].curves(a), used.back(),
                         for_marks, pricing::Wanted::value);
    for (std::size_t b = 0; b < beliefs_.size(); ++b) {
      auto& row = targets_[s].emplace_back();
      if (beliefs_[b].model == hedging::Belief::Model::none) continue;
      for (std::size_t a = 0; a < books_.size(); ++a) {
        // A fixed volatility does not look at the scenario: one target serves them all.
        if (s > 0 && beliefs_[b].fixed_volatility)
          row.push_back(targets_[0][b][a]);
        else
          row.push_back(std::make_shared<hedging::DeltaTarget>(
              beliefs_[b], books_[a], engines_[s].curves(a),
              std::vector(used.begin(), used.end() - 1), grid.dt_years, settings));
      }
    }
  }
}

/// Quotes that may be up at each grid time: today's at the first, then those of reachable regimes.
std::vector<std::vector<bool>> PreparedRun::quotes_used(std::size_t scenario) const {
  std::vector<std::vector<bool>> used;
  for (const std::vector<bool>& reachable : world::reachable_regimes(plan_->scenarios[scenario])) {
    std::vector<bool> row{used.empty()};
    row.insert(row.end(), reachable.begin(), reachable.end());
    if (used.empty()) std::fill(row.begin() + 1, row.end(), false);
    used.push_back(std::move(row));
  }
  return used;
}

/// Slices are independent of each other: the order in which they are computed changes nothing.
void PreparedRun::compute_slices(int threads) {
  std::vector<hedging::DeltaTarget*> all;
  for (auto& scenario : targets_)
    for (auto& belief : scenario)
      for (auto& target : belief)
        if (std::ranges::find(all, target.get()) == all.end()) all.push_back(target.get());
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    for (hedging::DeltaTarget* target : all)
      tbb::parallel_for(std::size_t{0}, target->steps(), [&](std::size_t step) { target->prepare(step); });
  });
  for (const hedging::DeltaTarget* target : all) target->report(surfaces_);
  for (const auto& scenario : marks_)
    for (const pricing::QuotedSlices& mark : scenario) mark.report(surfaces_);
}

}  // namespace unhedged::simulation
