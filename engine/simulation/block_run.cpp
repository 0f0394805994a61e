#include "engine/simulation/block_run.hpp"

#include <cmath>

namespace unhedged::simulation {

using hedging::Account;
using hedging::account_kernels;

namespace {

void cancel_where_halted(const market::AssetSnapshot& market, Account& account) {
  for (std::size_t lane = 0; market.any_halted && lane < kLanes; ++lane)
    if (market.halted->value[lane] != 0) account.order[lane] = 0.0;
}

}  // namespace

ScenarioBlock::ScenarioBlock(const PreparedRun& run, std::size_t index)
    : scenario(index),
      world(run.engine(index)),
      accounts(run.plan().hedgers.size()),
      deltas(run.belief_count()),
      book_pnl{},
      pnl(run.plan().hedgers.size()) {
  const std::size_t assets = run.plan().assets.size();
  for (auto& row : accounts) row.resize(assets);
  for (auto& row : deltas) row.resize(assets);
}

BlockRun::BlockRun(const PreparedRun& run) : run_(&run), noise_(run.plan().seed) {
  for (std::size_t s = 0; s < run.plan().scenarios.size(); ++s) scenarios_.emplace_back(run, s);
}

void BlockRun::simulate(const PathIds& paths, Observer* observer) {
  begin(paths);
  for (std::uint32_t step = 0; step < run_->plan().grid.steps; ++step) advance(step, observer);
  end(observer);
}

void BlockRun::begin(const PathIds& paths) {
  noise_.reset(paths);
  for (ScenarioBlock& block : scenarios_) start(block);
}

void BlockRun::advance(std::uint32_t step, Observer* observer) {
  for (ScenarioBlock& block : scenarios_) {
    trade(block, step);
    if (observer != nullptr) observer->observe(block.scenario, step, *this);
    block.world.step(step, noise_);
  }
}

void BlockRun::end(Observer* observer) {
  const auto steps = static_cast<std::uint32_t>(run_->plan().grid.steps);
  for (ScenarioBlock& block : scenarios_) {
    finish(block, steps);
    if (observer != nullptr) observer->observe(block.scenario, steps, *this);
  }
}

std::size_t BlockRun::state_bytes() const {
  const Plan& plan = run_->plan();
  const std::size_t assets = plan.assets.size(), noise = 3 * assets * sizeof(random::NoiseGroup);
  const std::size_t world = assets * 6 * sizeof(Lanes);
  const std::size_t hedging = assets * (plan.hedgers.size() * sizeof(Account) + run_->belief_count() * sizeof(Lanes));
  return noise + plan.scenarios.size() * (world + hedging);
}

void BlockRun::start(ScenarioBlock& block) {
  block.world.start();
  double value_today = 0;
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a)
    value_today += run_->plan().assets[a].value_today * run_->growth(a, 0);
  block.book_pnl.fill(-value_today);
  for (auto& row : block.accounts)
    for (Account& account : row) account.clear();
}

void BlockRun::trade(ScenarioBlock& block, std::uint32_t step) {
  block.world.observe(step, noise_);
  settle(block, step);
  earn_yields(block, step);
  compute_deltas(block, step);
  for (std::size_t h = 0; h < block.accounts.size(); ++h) rebalance(block, h, step);
}

void BlockRun::finish(ScenarioBlock& block, std::uint32_t step) {
  block.world.observe(step, noise_);
  settle(block, step);
  earn_yields(block, step);
  mark_book(block);
  for (std::size_t h = 0; h < block.accounts.size(); ++h) {
    close_out(block, h, step);
    total(block, h);
  }
}

void BlockRun::settle(ScenarioBlock& block, std::size_t step) {
  for (const PreparedRun::Settlement& due : run_->settlements(step)) {
    const Lanes& spot = *block.world.snapshot(due.asset).spot;
    const double growth = run_->growth(due.asset, step);
    due.payoff.add(spot.data(), kLanes, growth, block.book_pnl.data());
  }
}

void BlockRun::earn_yields(ScenarioBlock& block, std::size_t step) {
  const Plan& plan = run_->plan();
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    const double yield = plan.assets[a].carry.yield;
    if (yield == 0 || step == 0) continue;
    const double earned = std::expm1(yield * plan.grid.dt_years) * run_->growth(a, step);
    for (std::size_t h = 0; h < block.accounts.size(); ++h)
      if (plan.hedgers[h].hedges())
        account_kernels().earn_yield(*block.world.snapshot(a).spot, earned, block.accounts[h][a]);
  }
}

bool BlockRun::is_due(std::size_t hedger, std::size_t step) const {
  const hedging::Hedger& who = run_->plan().hedgers[hedger];
  return who.hedges() && step % who.rebalance.every_steps == 0;
}

void BlockRun::compute_deltas(ScenarioBlock& block, std::size_t step) {
  for (std::size_t belief = 0; belief < run_->belief_count(); ++belief) {
    bool wanted = false;
    for (std::size_t h = 0; h < block.accounts.size(); ++h)
      wanted = wanted || (run_->belief_of(h) == belief && is_due(h, step));
    for (std::size_t a = 0; wanted && a < block.deltas[belief].size(); ++a)
      run_->target(block.scenario, belief, a)
          .delta(step, block.world.snapshot(a), block.deltas[belief][a]);
  }
}

void BlockRun::rebalance(ScenarioBlock& block, std::size_t hedger, std::size_t step) {
  const auto& deltas = block.deltas[run_->belief_of(hedger)];
  for (std::size_t a = 0; a < deltas.size(); ++a) {
    Account& account = block.accounts[hedger][a];
    if (!is_due(hedger, step)) {
      if (run_->plan().hedgers[hedger].rebalance.every_steps > 1) account.order.fill(0.0);
      continue;
    }
    account_kernels().decide(deltas[a], run_->tolerance(hedger, a, step), account);
    cancel_where_halted(block.world.snapshot(a), account);
    run_->execution(hedger, a).fill(block.world.snapshot(a), run_->growth(a, step), account);
  }
}

void BlockRun::mark_book(ScenarioBlock& block) {
  Lanes value;
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) {
    run_->horizon_mark(block.scenario, a).value(block.world.snapshot(a), value);
    for (std::size_t lane = 0; lane < kLanes; ++lane) block.book_pnl[lane] += value[lane];
  }
}

void BlockRun::close_out(ScenarioBlock& block, std::size_t hedger, std::size_t step) {
  const hedging::Hedger& who = run_->plan().hedgers[hedger];
  for (std::size_t a = 0; who.hedges() && a < run_->plan().assets.size(); ++a) {
    Account& account = block.accounts[hedger][a];
    const market::AssetSnapshot& market = block.world.snapshot(a);
    account_kernels().decide_to_close(account);
    if (who.close_out == hedging::CloseOut::market)
      run_->execution(hedger, a).fill(market, run_->growth(a, step), account);
    else if (who.close_out == hedging::CloseOut::mid)
      account_kernels().fill_at_mid(*market.spot, run_->growth(a, step), account);
    else
      account.order.fill(0.0);
  }
}

void BlockRun::total(ScenarioBlock& block, std::size_t hedger) {
  Lanes& pnl = block.pnl[hedger];
  pnl = block.book_pnl;
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) {
    const Account& account = block.accounts[hedger][a];
    const Lanes& spot = *block.world.snapshot(a).spot;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      pnl[lane] += account.cash[lane] + account.hedge[lane] * spot[lane];
  }
}

}  // namespace unhedged::simulation
