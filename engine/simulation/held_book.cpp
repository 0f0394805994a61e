#include "engine/simulation/held_book.hpp"

#include "engine/simulation/prepared_run.hpp"

namespace unhedged::simulation {

HeldBook::HeldBook(const PreparedRun& run, std::size_t scenario)
    : run_(&run),
      scenario_(scenario),
      contracts_(run.plan(), run.contracts(scenario)),
      multi_assets_(run.plan(), run.beliefs()),
      cash_(run.plan().assets.size()),
      marked_(cash_.size()) {
  if (run.has_margin_terms())
    for (std::size_t a = 0; a < cash_.size(); ++a) margin_.emplace_back(run.margin_terms(a));
}

void HeldBook::start() {
  for (std::size_t a = 0; a < cash_.size(); ++a)
    cash_[a].fill(-run_->plan().assets[a].value_today * run_->to_horizon(a, 0));
  for (MarginBook& margin : margin_) margin.begin();
  contracts_.begin();
}

void HeldBook::observe(std::size_t asset, std::uint32_t step, const world::BlockWorld& world) {
  if (!contracts_.empty()) contracts_.observe(asset, step, world.quotes(asset));
  if (margin_.empty() || margin_[asset].terms().empty()) return;
  const double years = step == 0 ? 0 : run_->years_with_interest(asset, step - 1);
  const auto perpetual = run_->perpetual(asset);
  margin_[asset].settle({step, run_->to_horizon(asset, step), years}, *world.quotes(asset).spot,
                        perpetual ? &world.tape(*perpetual) : nullptr, cash_[asset]);
}

void HeldBook::settle(std::uint32_t step, const world::BlockWorld& world) {
  for (const PreparedRun::Settlement& due : run_->settlements(step))
    due.payoff.add(world.quotes(due.asset).spot->data(), kLanes, run_->to_horizon(due.asset, step),
                   cash_[due.asset].data());
  if (!multi_assets_.empty()) multi_assets_.settle(step, world, run_->to_horizon(), cash_);
  for (std::size_t a = 0; a < cash_.size() && !contracts_.empty(); ++a)
    contracts_.collect(a, run_->to_horizon(a, step), cash_[a]);
}

void HeldBook::mark(std::uint32_t horizon, const world::BlockWorld& world) {
  pnl_.fill(0);
  for (std::size_t a = 0; a < cash_.size(); ++a) {
    Lanes& value = marked_[a];
    run_->horizon_mark(scenario_, a).evaluate(0, world.quotes(a), pricing::Greek::value, value);
    if (!contracts_.empty()) contracts_.mark(a, world.quotes(a), value);
    if (!multi_assets_.empty()) multi_assets_.mark(horizon, a, world, value);
    if (!margin_.empty()) margin_[a].exchange(*world.quotes(a).spot, value);
    for (std::size_t lane = 0; lane < kLanes; ++lane) pnl_[lane] += cash_[a][lane] + value[lane];
  }
}

void HeldBook::at(std::uint32_t step, const world::BlockWorld& world) {
  if (step == 0) start();
  for (std::size_t a = 0; a < cash_.size(); ++a) observe(a, step, world);
  settle(step, world);
  if (step == run_->plan().grid.steps) mark(step, world);
}

std::size_t HeldBook::lanes() const {
  std::size_t lanes = contracts_.lanes() + multi_assets_.lanes() + cash_.size();
  for (const MarginBook& margin : margin_) lanes += margin.lanes();
  return lanes;
}

}  // namespace unhedged::simulation
