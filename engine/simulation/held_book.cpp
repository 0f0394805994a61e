#include "engine/simulation/held_book.hpp"

#include "engine/simulation/floor.hpp"

namespace unhedged::simulation {

HeldBook::HeldBook(const PreparedRun& run, std::size_t scenario)
    : run_(&run),
      scenario_(scenario),
      contracts_(run.plan(), run.contracts(scenario)),
      multi_assets_(run.plan(), run.beliefs()),
      cash_(run.plan().assets.size()) {
  if (run.has_margin_terms())
    for (std::size_t a = 0; a < cash_.size(); ++a) margin_.emplace_back(run.margin_terms(a));
}

void HeldBook::at(const Floor& floor, std::uint32_t step) {
  if (step == 0) start();
  settle(floor, step);
  if (step == run_->plan().grid.steps) mark(floor, step);
}

void HeldBook::start() {
  for (std::size_t a = 0; a < cash_.size(); ++a)
    cash_[a].fill(-run_->plan().assets[a].value_today * run_->to_horizon(a, 0));
  for (MarginBook& margin : margin_) margin.begin();
  contracts_.begin();
}

void HeldBook::settle(const Floor& floor, std::uint32_t step) {
  const world::BlockWorld& world = floor.world();
  for (std::size_t a = 0; a < cash_.size(); ++a) {
    const double growth = run_->to_horizon(a, step);
    if (!contracts_.empty()) contracts_.observe(a, step, world.quotes(a));
    if (margin_.empty() || margin_[a].terms().empty()) continue;
    const double years = step == 0 ? 0 : floor.years_with_interest(a, step - 1);
    margin_[a].settle({step, growth, years}, *world.quotes(a).spot, floor.perpetual(a), cash_[a]);
  }
  for (const PreparedRun::Settlement& due : run_->settlements(step))
    due.payoff.add(world.quotes(due.asset).spot->data(), kLanes, run_->to_horizon(due.asset, step),
                   cash_[due.asset].data());
  if (!multi_assets_.empty()) multi_assets_.settle(step, world, run_->to_horizon(), cash_);
  for (std::size_t a = 0; a < cash_.size() && !contracts_.empty(); ++a)
    contracts_.collect(a, run_->to_horizon(a, step), cash_[a]);
}

void HeldBook::mark(const Floor& floor, std::uint32_t horizon) {
  const world::BlockWorld& world = floor.world();
  Lanes value;
  pnl_.fill(0);
  for (std::size_t a = 0; a < cash_.size(); ++a) {
    run_->horizon_mark(scenario_, a).evaluate(0, world.quotes(a), pricing::Greek::value, value);
    if (!contracts_.empty()) contracts_.mark(a, world.quotes(a), value);
    if (!multi_assets_.empty()) multi_assets_.mark(horizon, a, world, value);
    if (!margin_.empty()) margin_[a].exchange(*world.quotes(a).spot, value);
    for (std::size_t lane = 0; lane < kLanes; ++lane) pnl_[lane] += cash_[a][lane] + value[lane];
  }
}

}  // namespace unhedged::simulation
