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
  const std::size_t scenarios = run.plan().scenarios.size();
  for (std::size_t s = 0; s < scenarios; ++s) add_floor(s);
  for (std::size_t s = 0; s < scenarios; ++s) add_crowds(s);
}

PathBlock::PathBlock(const PreparedRun& run, std::size_t only) : run_(&run), noise_(run.plan().seed) {
  add_floor(only);
  add_crowds(only);
}

void PathBlock::add_floor(std::size_t scenario) {
  Floor& floor = floors_.emplace_back(*run_, noise_, scenario);
  if (run_->plan().explained == Explained::nothing) return;
  floor.explain_to(&attributions_.emplace_back(*run_, scenario));
}

void PathBlock::add_crowds(std::size_t scenario) {
  for (std::size_t h = 0; h < run_->plan().hedgers.size(); ++h)
    if (has_crowd(run_->plan(), {scenario, h})) floors_.emplace_back(*run_, noise_, scenario, h);
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

const Floor& PathBlock::calm(std::size_t scenario) const {
  return *std::ranges::find_if(floors_,
                               [&](const Floor& f) { return f.scenario() == scenario && !f.crowd(); });
}

const Attribution* PathBlock::attribution(std::size_t scenario) const {
  const auto found = std::ranges::find(attributions_, scenario, &Attribution::scenario);
  return found != attributions_.end() && explains_ ? &*found : nullptr;
}

void PathBlock::explain(bool explains) {
  explains_ = explains;
  for (Floor& floor : floors_) floor.mark_book(explains);
}

const Floor& PathBlock::floor_of(Cell cell) const {
  const auto own = std::ranges::find_if(
      floors_, [&](const Floor& f) { return f.scenario() == cell.scenario && f.crowd() == cell.hedger; });
  if (own != floors_.end()) return *own;
  return calm(cell.scenario);
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
