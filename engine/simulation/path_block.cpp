#include "engine/simulation/path_block.hpp"

#include <algorithm>

#include "engine/simulation/schedule.hpp"

namespace unhedged::simulation {

bool has_crowd(const Plan& plan, Cell cell) {
  return plan.scenarios[cell.scenario].feedback && plan.hedgers[cell.hedger].hedges();
}

namespace {

/// Where scenarios take turns, what one has drawn is kept for the others.
std::size_t groups_kept(const Plan& plan) { return plan.scenarios.size() > 1 ? kGroupsTogether : 1; }

}  // namespace

PathBlock::PathBlock(const PreparedRun& run) : run_(&run), noise_(run.plan().seed, groups_kept(run.plan())) {
  const Plan& plan = run.plan();
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) floors_.emplace_back(run, noise_, s);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h)
      if (has_crowd(plan, {s, h})) floors_.emplace_back(run, noise_, s, h);
}

PathBlock::PathBlock(const PreparedRun& run, Cell only) : run_(&run), noise_(run.plan().seed) {
  const bool crowded = has_crowd(run.plan(), only);
  floors_.emplace_back(run, noise_, only.scenario, crowded ? std::optional(only.hedger) : std::nullopt);
}

void PathBlock::simulate(const PathIds& paths, Sink* sink, const Stop& stop) {
  reset(paths);
  std::vector<Floor*> all;
  for (Floor& floor : floors_) {
    floor.show_to(sink);
    all.push_back(&floor);
  }
  walk(std::span<Floor* const>(all), run_->plan().assets.size(), run_->plan().grid, stop);
}

const Floor& PathBlock::calm(std::size_t scenario) const { return floors_[scenario]; }

const Floor& PathBlock::floor_of(Cell cell) const {
  const auto own = std::ranges::find_if(
      floors_, [&](const Floor& f) { return f.scenario() == cell.scenario && f.crowd() == cell.hedger; });
  if (own != floors_.end()) return *own;
  return *std::ranges::find_if(floors_,
                               [&](const Floor& f) { return f.scenario() == cell.scenario && !f.crowd(); });
}

StateBytes PathBlock::state() const {
  const Plan& plan = run_->plan();
  const std::size_t noise = plan.assets.size() * groups_kept(plan) * sizeof(random::NoiseGroup);
  std::vector<std::size_t> of_scenario(plan.scenarios.size());
  StateBytes state{0, noise};
  for (const Floor& floor : floors_) {
    of_scenario[floor.scenario()] += floor.state_bytes();
    state.all += floor.state_bytes();
  }
  state.scenario = noise + *std::ranges::max_element(of_scenario);
  return state;
}

}  // namespace unhedged::simulation
