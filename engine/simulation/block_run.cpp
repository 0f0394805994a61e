#include "engine/simulation/block_run.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::simulation {

using hedging::Account;
using hedging::account_kernels;

namespace {

/// Whether orders may have to wait for the market of a scenario.
bool may_wait(const world::Scenario& scenario) {
  const auto holds_up = [](const world::AssetRegime& asset) { return asset.liquidity.participation > 0; };
  return std::ranges::any_of(scenario.regimes, [&](const world::Regime& regime) {
    return regime.halted || std::ranges::any_of(regime.assets, holds_up);
  });
}

void cancel_where_exploded(const LaneIndex* exploded, Account& account) {
  for (std::size_t lane = 0; exploded != nullptr && lane < kLanes; ++lane)
    if (exploded->value[lane] != 0) account.order[lane] = 0.0;
}

/// Margin of a perpetual over a step, `accrued` years long in money of the horizon. Nothing is paid for a
/// perpetual: the interest that the account's purchase and mark at full value would bear is given back, which
/// leaves each move of the price, settled at the end of its step, and funding, which who is long pays as the step
/// goes by.
void carry_perpetual(const market::AssetSnapshot& market, double rate, double accrued, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    account.cash[lane] -= account.hedge[lane] * (*market.perpetual)[lane] * ((*market.funding)[lane] - rate) * accrued;
}

std::vector<std::size_t> members(const PreparedRun& run, std::optional<std::size_t> crowd) {
  if (crowd) return {*crowd};
  std::vector<std::size_t> all(run.plan().hedgers.size());
  for (std::size_t h = 0; h < all.size(); ++h) all[h] = h;
  return all;
}

}  // namespace

ScenarioBlock::ScenarioBlock(const PreparedRun& run, std::size_t index, std::optional<std::size_t> whose)
    : scenario(index),
      crowd(whose),
      hedgers(members(run, whose)),
      world(run.engine(index), whose ? run.plan().scenarios[index].feedback : std::nullopt),
      accounts(run.plan().hedgers.size()),
      deltas(run.belief_count()),
      book_pnl{},
      pnl(run.plan().hedgers.size()),
      waiting(run.plan().hedgers.size()),
      venue_orders(run.plan().hedgers.size()) {
  const std::size_t assets = run.plan().assets.size();
  for (const std::size_t h : hedgers) accounts[h].resize(assets);
  for (auto& row : deltas) row.resize(assets);
  if (may_wait(run.plan().scenarios[index]))
    for (auto& row : waiting) row.resize(assets);
  for (const std::size_t h : hedgers)
    for (std::size_t a = 0; a < assets; ++a) {
      const auto* venues = world.snapshot(a).venues;
      const bool routes = venues != nullptr && run.plan().hedgers[h].hedges(a);
      venue_orders[h].push_back(routes ? std::make_unique<hedging::VenueOrders>(*venues, run.plan().grid) : nullptr);
    }
  if (run.plan().scenarios[index].regimes.size() > 1) regime_time.resize(run.plan().scenarios[index].regimes.size());
}

BlockRun::BlockRun(const PreparedRun& run) : run_(&run), noise_(run.plan().seed) {
  const Plan& plan = run.plan();
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s) scenarios_.emplace_back(run, s);
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; plan.scenarios[s].feedback && h < plan.hedgers.size(); ++h)
      if (plan.hedgers[h].hedges()) scenarios_.emplace_back(run, s, h);
  for (ScenarioBlock& block : scenarios_) active_.push_back(&block);
}

void BlockRun::restrict_to(std::size_t scenario, std::size_t hedger) {
  const ScenarioBlock* wanted = &world_of(scenario, hedger);
  std::erase_if(active_, [wanted](const ScenarioBlock* block) { return block != wanted; });
}

const ScenarioBlock& BlockRun::world_of(std::size_t scenario, std::size_t hedger) const {
  for (std::size_t k = run_->plan().scenarios.size(); k < scenarios_.size(); ++k)
    if (scenarios_[k].scenario == scenario && scenarios_[k].crowd == hedger) return scenarios_[k];
  return scenarios_[scenario];
}

double BlockRun::cost_of(const ScenarioBlock& block, std::size_t hedger, std::size_t asset, std::size_t lane) const {
  const Account& account = block.accounts[hedger][asset];
  const double venues = block.venue_orders[hedger][asset] ? account.venue_fee[lane] : 0;
  return account.spread_cost[lane] + account.impact_cost[lane] + venues +
         account.turnover[lane] * run_->execution(hedger, asset).fee();
}

void BlockRun::simulate(const PathIds& paths, Observer* observer) {
  begin(paths);
  for (std::uint32_t step = 0; step < run_->plan().grid.steps; ++step) advance(step, observer);
  end(observer);
}

void BlockRun::begin(const PathIds& paths) {
  noise_.reset(paths);
  for (ScenarioBlock* block : active_) start(*block);
}

void BlockRun::advance(std::uint32_t step, Observer* observer) {
  look(step);
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) trade(a, step);
  leave(step, observer);
}

void BlockRun::look(std::uint32_t step) {
  for (ScenarioBlock* block : active_) block->world.observe_all_but_prices(step, noise_);
}

void BlockRun::trade(std::size_t asset, std::uint32_t step) {
  for (ScenarioBlock* block : active_) {
    block->world.observe_price(asset);
    if (step > 0) earn_yields(*block, asset, step);
    compute_deltas(*block, asset, step);
    for (const std::size_t h : block->hedgers) trade_asset(*block, h, asset, step);
  }
}

void BlockRun::leave(std::uint32_t step, Observer* observer) {
  for (ScenarioBlock* block : active_) {
    settle(*block, step);
    if (observer != nullptr) observer->observe(*block, step, *this);
    carry_perpetuals(*block, step);
    count_time(*block, step);
    block->world.step(step, noise_);
  }
}

void BlockRun::end(Observer* observer) {
  const auto steps = static_cast<std::uint32_t>(run_->plan().grid.steps);
  for (ScenarioBlock* block : active_) {
    finish(*block, steps);
    if (observer != nullptr) observer->observe(*block, steps, *this);
  }
}

std::size_t BlockRun::state_bytes() const {
  const Plan& plan = run_->plan();
  const std::size_t assets = plan.assets.size(), noise = assets * sizeof(random::NoiseGroup);
  const std::size_t world = assets * 4 * sizeof(Lanes);  // of the lanes that every step goes through
  const std::size_t hedging = assets * (plan.hedgers.size() * sizeof(Account) + run_->belief_count() * sizeof(Lanes));
  return noise + scenarios_.size() * (world + hedging);
}

void BlockRun::start(ScenarioBlock& block) {
  block.world.start(noise_);
  double value_today = 0;
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a)
    value_today += run_->plan().assets[a].value_today * run_->growth(a, 0);
  block.book_pnl.fill(-value_today);
  for (auto& row : block.accounts)
    for (Account& account : row) account.clear();
  for (auto& row : block.waiting)
    for (Lanes& lanes : row) lanes.fill(0.0);
  for (std::size_t h = 0; h < block.venue_orders.size(); ++h)
    for (std::size_t a = 0; a < block.venue_orders[h].size(); ++a)
      if (block.venue_orders[h][a]) block.venue_orders[h][a]->clear(block.accounts[h][a]);
  for (Lanes& lanes : block.regime_time) lanes.fill(0.0);
}

void BlockRun::finish(ScenarioBlock& block, std::uint32_t step) {
  block.world.observe(step, noise_);
  settle(block, step);
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) earn_yields(block, a, step);
  mark_book(block);
  for (const std::size_t h : block.hedgers) {
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

void BlockRun::count_time(ScenarioBlock& block, std::size_t step) {
  const double dt = run_->plan().grid.dt(step);
  for (std::size_t r = 0; r < block.regime_time.size(); ++r)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      block.regime_time[r][lane] += block.world.regimes().value[lane] == r ? dt : 0.0;
}

void BlockRun::earn_yields(ScenarioBlock& block, std::size_t a, std::size_t step) {
  const Plan& plan = run_->plan();
  const double dt = plan.grid.dt(step - 1), growth = run_->growth(a, step), yield = plan.assets[a].carry.yield;
  for (const std::size_t h : block.hedgers) {
    if (!plan.hedgers[h].hedges(a)) continue;
    const market::AssetSnapshot& market = block.world.snapshot(a);
    if (yield != 0 && !run_->execution(h, a).in_perpetual())
      account_kernels().earn_yield(*market.spot, scalar::expm1(yield * dt) * growth, block.accounts[h][a]);
  }
}

void BlockRun::carry_perpetuals(ScenarioBlock& block, std::size_t step) {
  const Plan& plan = run_->plan();
  for (const std::size_t h : block.hedgers)
    for (std::size_t a = 0; a < plan.hedgers[h].in_perpetuals.size(); ++a) {
      if (!plan.hedgers[h].hedges(a) || !run_->execution(h, a).in_perpetual()) continue;
      const double rate = plan.assets[a].carry.rate, dt = plan.grid.dt(step);
      const double years = rate != 0 ? scalar::expm1(rate * dt) / rate : dt;
      carry_perpetual(block.world.snapshot(a), rate, years * run_->growth(a, step + 1), block.accounts[h][a]);
    }
}

bool BlockRun::is_due(std::size_t hedger, std::size_t step) const {
  const hedging::Hedger& who = run_->plan().hedgers[hedger];
  return who.hedges() && who.rebalance.looks_at(step, run_->plan().grid);
}

void BlockRun::compute_deltas(ScenarioBlock& block, std::size_t a, std::size_t step) {
  for (std::size_t belief = 0; belief < run_->belief_count(); ++belief) {
    bool wanted = false;
    for (const std::size_t h : block.hedgers)
      wanted = wanted || (run_->belief_of(h) == belief && run_->plan().hedgers[h].hedges(a) && is_due(h, step));
    if (wanted) run_->target(block.scenario, belief, a).delta(step, block.world.seen(a), block.deltas[belief][a]);
  }
}

/// What the hedger wants to trade now, as far as the market takes it: account.order.
void BlockRun::make_order(ScenarioBlock& block, std::size_t hedger, std::size_t a, std::size_t step, bool due) {
  Account& account = block.accounts[hedger][a];
  const market::AssetSnapshot& market = block.world.snapshot(a);
  const bool waits = !block.waiting[hedger].empty();
  if (due)
    account_kernels().decide(block.deltas[run_->belief_of(hedger)][a], run_->tolerance(hedger, a, step), account);
  else if (waits)
    account.order = block.waiting[hedger][a];
  else
    account.order.fill(0.0);
  cancel_where_exploded(block.world.exploded(), account);
  if (!waits) return;
  Lanes& waiting = block.waiting[hedger][a];
  waiting.fill(0.0);
  hedging::Execution::hold_up(market, account, waiting);
  if (market.participation == nullptr) return;
  const double day_share = run_->plan().grid.day_share(run_->plan().calendar.days_per_year);
  run_->execution(hedger, a).cap(market, day_share, account, waiting);
}

void BlockRun::trade_asset(ScenarioBlock& block, std::size_t hedger, std::size_t a, std::size_t step) {
  if (!run_->plan().hedgers[hedger].hedges(a)) return;
  const bool due = is_due(hedger, step);
  if (block.venue_orders[hedger][a]) return trade_at_venues(block, hedger, a, step, due);
  const market::AssetSnapshot& market = block.world.snapshot(a);
  make_order(block, hedger, a, step, due);
  if (due || !block.waiting[hedger].empty())
    run_->execution(hedger, a).fill(market, run_->growth(a, step), block.accounts[hedger][a]);
  if (block.crowd) block.world.absorb(a, block.accounts[hedger][a].order);
}

/// Orders go to venues; those on their way count as done when the next are decided.
void BlockRun::trade_at_venues(ScenarioBlock& block, std::size_t hedger, std::size_t a, std::size_t step, bool due) {
  Account& account = block.accounts[hedger][a];
  const market::AssetSnapshot& market = block.world.snapshot(a);
  const hedging::Execution& execution = run_->execution(hedger, a);
  hedging::VenueOrders& orders = *block.venue_orders[hedger][a];
  const double growth = run_->growth(a, step);
  account.order.fill(0.0);
  orders.receive(step, execution, market, block.world.exploded(), growth, account);
  const Lanes received = account.order, held = account.hedge;
  for (std::size_t lane = 0; lane < kLanes; ++lane) account.hedge[lane] += orders.in_flight()[lane];
  make_order(block, hedger, a, step, due);
  account.hedge = held;
  const Lanes wanted = account.order;
  account.order = received;
  orders.send(step, wanted, execution, market, growth, account);
  if (block.crowd) block.world.absorb(a, account.order);
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
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) {
    if (!who.hedges(a)) continue;
    Account& account = block.accounts[hedger][a];
    const market::AssetSnapshot& market = block.world.snapshot(a);
    const hedging::Execution& execution = run_->execution(hedger, a);
    const double growth = run_->growth(a, step);
    account.order.fill(0.0);
    if (who.close_out == hedging::CloseOut::mid) account_kernels().close_at_mid(execution.price(market), growth, account);
    if (who.close_out != hedging::CloseOut::market) continue;
    account_kernels().decide_to_close(account);
    if (block.venue_orders[hedger][a]) block.venue_orders[hedger][a]->close(execution, market, growth, account);
    else execution.fill(market, growth, account);
  }
}

void BlockRun::total(ScenarioBlock& block, std::size_t hedger) {
  Lanes& pnl = block.pnl[hedger];
  pnl = block.book_pnl;
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) {
    const Account& account = block.accounts[hedger][a];
    const Lanes& spot = run_->execution(hedger, a).price(block.world.snapshot(a));
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      pnl[lane] += account.cash[lane] + account.hedge[lane] * spot[lane];
  }
}

}  // namespace unhedged::simulation
