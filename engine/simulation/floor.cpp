#include "engine/simulation/floor.hpp"

#include <algorithm>
#include <bit>

#include "engine/math/scalar.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::simulation {
namespace {

std::vector<std::size_t> members(std::size_t hedgers, std::optional<std::size_t> crowd) {
  if (crowd) return {*crowd};
  std::vector<std::size_t> all(hedgers);
  for (std::size_t h = 0; h < hedgers; ++h) all[h] = h;
  return all;
}

/// Cells of losses that looks at these prices will read.
void fetch_losses(const PreparedRun& run, std::size_t scenario, std::size_t asset, std::size_t step,
                  const market::AssetQuotes& quotes) {
  if (!std::has_single_bit(quotes.curves_present)) return;
  const auto curve = static_cast<std::size_t>(std::countr_zero(quotes.curves_present));
  for (std::size_t model = 0; model < run.plan().margin_models.size(); ++model) {
    const ShockedBook* const book = run.shocked_book(scenario, model, asset);
    const Scan* const scan = book != nullptr ? book->scan(step, curve) : nullptr;
    if (scan != nullptr) scan->fetch({*quotes.log_spot, *quotes.quote_level});
  }
}

}  // namespace

Floor::Floor(const PreparedRun& run, world::NoiseCache& noise, std::size_t index,
             std::optional<std::size_t> whose)
    : run_(&run),
      noise_(&noise),
      scenario_(index),
      crowd_(whose),
      world_(run.engine(index), whose ? run.plan().scenarios[index].feedback : std::nullopt),
      book_(run, index),
      options_(run.options(), run.plan(), index, world_),
      hedgers_(members(run.plan().hedgers.size(), whose)),
      desk_of_(run.plan().hedgers.size()),
      accounts_(run.plan().hedgers.size()),
      asked_(run.belief_count(), std::vector<Asked>(run.plan().assets.size())),
      greeks_(run.belief_count(), std::vector<hedging::BookGreeks>(run.plan().assets.size())),
      asked_of_options_(run.belief_count(), std::vector<Asked>(run.options().options().size())),
      option_greeks_(run.belief_count(), std::vector<hedging::BookGreeks>(run.options().options().size())),
      pnl_(run.plan().hedgers.size()) {
  const Plan& plan = run.plan();
  for (market::TradableId id = 0; id < plan.tradables.size(); ++id) tapes_.push_back(&world_.tape(id));
  for (std::size_t o = 0; o < run.options().options().size(); ++o) tapes_.push_back(&options_.tape(o));
  for (const std::size_t h : hedgers_)
    accounts_cover_book_ =
        accounts_cover_book_ || (plan.hedgers[h].account && plan.hedgers[h].account->covers_book());
  for (std::size_t b = 0; b < asked_.size(); ++b)
    for (std::size_t a = 0; a < plan.assets.size(); ++a) ask(b, a);
  book_moves_.resize(plan.margin_models.size());
  for (std::size_t m = 0; m < book_moves_.size(); ++m)
    for (std::size_t a = 0; a < plan.assets.size(); ++a)
      if (const ShockedBook* book = run.shocked_book(index, m, a))
        book_moves_[m].emplace_back(*book, run.move_groups(m));
  const hedging::RouterTerms terms{plan.grid, plan.grid.trading_share(plan.calendar.days_per_year), {}};
  for (const std::size_t h : hedgers_) {
    desk_of_[h] = &desks_.emplace_back(run.desk(h), terms, tapes_);
    if (const auto& account = plan.hedgers[h].account) {
      rules_.push_back(margin_rule(*account));
      accounts_[h] =
          std::make_unique<hedging::Account>(*account, *desk_of_[h], terms, tapes_, rules_.back().get());
    }
    for (std::size_t a = 0; a < plan.assets.size(); ++a)
      if (run.desk(h).looks_at(a)) asked_[run.belief_of(h)][a].by.push_back(desk_of_[h]);
    for (const hedging::Line& line : run.desk(h).lines) {
      has_margin_ = has_margin_ || line.on_margin;
      has_yield_ = has_yield_ || (!line.on_margin && plan.assets[line.asset].carry.yield != 0);
    }
  }
  ask_of_options();
  make_own_quotes();
  if (!run.coverage().empty()) coverage_.emplace(run.coverage(), plan);
  if (marks_book() || coverage_) begin_marks();
  const std::size_t regimes = plan.scenarios[index].regimes.size();
  if (regimes > 1) regime_time_.resize(regimes);
}

void Floor::start() {
  at_horizon_ = false;
  world_.start(*noise_);
  book_.start();
  options_.start();
  for (auto& row : own_quotes_)
    for (auto& own : row)
      if (own) own->start();
  for (hedging::Desk& desk : desks_) desk.clear();
  for (std::vector<BookMoves>& of_model : book_moves_)
    for (BookMoves& moves : of_model) moves.start();
  for (const auto& account : accounts_)
    if (account) account->start();
  for (Lanes& lanes : regime_time_) lanes.fill(0.0);
  if (coverage_) coverage_->start();
}

void Floor::ask(std::size_t belief, std::size_t asset) {
  const pricing::GreekSet needed = run_->greeks_needed(belief);
  Asked& asked = asked_[belief][asset];
  if (needed.contains(pricing::Greek::delta)) asked.greeks.push_back(pricing::Greek::delta);
  for (const pricing::Greek greek : pricing::kGreeks)  // the value is found from the delta
    if (greek != pricing::Greek::delta && needed.contains(greek)) asked.greeks.push_back(greek);
  asked.values.resize(asked.greeks.size());
  for (std::size_t k = 0; k < asked.greeks.size(); ++k)
    greeks_[belief][asset][asked.greeks[k]] = &asked.values[k];
  if (belief != run_->market_belief()) return;
  asked.always = marks_book();
  if (!run_->coverage().empty()) asked.at = &run_->coverage().looks;
}

void Floor::ask_of_options() {
  for (const std::size_t h : hedgers_)
    for (const hedging::Line& line : run_->desk(h).lines) {
      if (line.option == nullptr) continue;
      Asked& asked = asked_of_options_[run_->belief_of(h)][line.option_index];
      asked.by.push_back(desk_of_[h]);
      for (const pricing::Greek greek : pricing::kGreeks) {
        const bool needed = run_->desk(h).strategy->needs_of_options().contains(greek);
        if (needed && std::ranges::find(asked.greeks, greek) == asked.greeks.end())
          asked.greeks.push_back(greek);
      }
    }
  if (const auto market = run_->market_belief(); market && marks_book())
    for (Asked& asked : asked_of_options_[*market]) {
      asked.always = true;
      asked.greeks = {pricing::Greek::delta};
    }
  for (std::vector<Asked>& row : asked_of_options_)
    for (Asked& asked : row) asked.values.resize(asked.greeks.size());
}

void Floor::make_own_quotes() {
  own_quotes_.resize(asked_.size());
  for (std::size_t b = 0; b < asked_.size(); ++b)
    for (std::size_t a = 0; a < asked_[b].size(); ++a) {
      auto& own = own_quotes_[b].emplace_back();
      if (needs_quotes(b, a))
        own = hedging::make_own_quotes(
            run_->belief(b), {run_->plan().grid, run_->volatility_today(a), run_->model_quotes(b, a)});
    }
}

/// Whether somebody looks at an asset, or at an option that has it among others: whoever holds the belief
/// sees all of them in the same way, whoever else trades here.
bool Floor::needs_quotes(std::size_t belief, std::size_t asset) const {
  if (!asked_[belief][asset].is_empty()) return true;
  return std::ranges::any_of(run_->plan().multi_assets, [&](const MultiAssetPlan& held) {
    return held.option->leg_of(asset) < held.option->legs() &&
           std::ranges::any_of(held.option->assets,
                               [&](std::size_t leg) { return !asked_[belief][leg].is_empty(); });
  });
}

/// The delta is recorded wherever somebody looks.
bool Floor::is_needed(const Asked& asked, pricing::Greek greek, std::uint32_t step) {
  return asked.is_marked(step) || greek == pricing::Greek::delta ||
         std::ranges::any_of(asked.by, [&](const hedging::Desk* desk) {
           return desk->is_due(step) && desk->plan().needs().contains(greek);
         });
}

void Floor::evaluate(std::size_t asset, std::uint32_t step) {
  for (std::size_t belief = 0; fetches_tables_ && belief < asked_.size(); ++belief)
    if (is_asked(belief, asset, step))
      run_->target(scenario_, belief, asset).fetch(step, world_.shown().assets[asset]);
  if (fetches_tables_ && accounts_cover_book_)
    fetch_losses(*run_, scenario_, asset, step, world_.quotes(asset));
  world_.observe_price(asset);
  observe_book(asset, step);
  for (auto& row : own_quotes_)
    if (row[asset]) row[asset]->look(step, world_.shown().assets[asset]);
  if (!run_->options().empty()) evaluate_options(asset, step);
  for (std::size_t belief = 0; belief < asked_.size(); ++belief) {
    if (!is_asked(belief, asset, step)) continue;
    Asked& asked = asked_[belief][asset];
    const market::AssetQuotes& shown = quotes_of(belief, asset);
    for (std::size_t k = 0; k < asked.greeks.size(); ++k) {
      if (!is_needed(asked, asked.greeks[k], step)) continue;
      if (belief == run_->market_belief()) mark_netted(asset, step, asked.greeks[k], asked.values[k]);
      else run_->target(scenario_, belief, asset).evaluate(step, shown, asked.greeks[k], asked.values[k]);
      if (!contracts().empty()) contracts().add(belief, asset, step, shown, asked.greeks[k], asked.values[k]);
      if (book_.has_margin()) adjust(belief, asset, step, asked.greeks[k], asked.values[k]);
    }
  }
  if (!book_.multi_assets().empty()) evaluate_multi_assets(asset, step);
}

/// Options on several assets once the last of theirs has been evaluated: they add to what all of them have.
void Floor::evaluate_multi_assets(std::size_t asset, std::uint32_t step) {
  for (std::size_t option = 0; option < book_.multi_assets().size(); ++option) {
    if (!book_.multi_assets().completes(option, asset, step)) continue;
    for (std::size_t belief = 0; belief < asked_.size(); ++belief) add_multi_asset(option, belief, step);
  }
}

void Floor::add_multi_asset(std::size_t option, std::size_t belief, std::uint32_t step) {
  const std::vector<std::size_t>& assets = book_.multi_assets().option(option).assets;
  const auto asked_of = [&](std::size_t asset) { return is_asked(belief, asset, step); };
  if (std::ranges::none_of(assets, asked_of)) return;
  seen_.resize(asked_[belief].size());
  for (const std::size_t asset : assets) seen_[asset] = quotes_of(belief, asset);
  book_.multi_assets().find(belief, option, step, seen_);
  if (belief == run_->market_belief()) mark_multi_asset(option, step);
  for (std::size_t leg = 0; leg < assets.size(); ++leg) {
    if (!asked_of(assets[leg])) continue;
    Asked& asked = asked_[belief][assets[leg]];
    for (std::size_t k = 0; k < asked.greeks.size(); ++k)
      if (is_needed(asked, asked.greeks[k], step))
        book_.multi_assets().add(belief, option, step, seen_[assets[leg]], asked.greeks[k], leg,
                                 asked.values[k]);
  }
}

/// Adds what is settled on margin and the coins held; or, to deltas that are adjusted for the premium, what
/// options paid in coin are worth in coins.
void Floor::adjust(std::size_t belief, std::size_t asset, std::uint32_t step, pricing::Greek greek,
                   Lanes& out) const {
  const market::AssetQuotes& shown = quotes_of(belief, asset);
  const auto id = run_->perpetual(asset);
  const Lanes* quote = !id                               ? nullptr
                       : belief == run_->market_belief() ? tapes_[*id]->price
                                                         : world_.shown().tradables[*id].mid;
  const bool adjusts = run_->adjusts_premium(belief);
  book_.margin(asset).add(step, *shown.spot, quote, greek, !adjusts, out);
  if (!adjusts || greek != pricing::Greek::delta || !book_.margin(asset).terms().has_coin()) return;
  Lanes value;
  run_->coin_value(scenario_, belief, asset)
      .evaluate(step, quotes_of(belief, asset), pricing::Greek::value, value);
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] -= value[lane] / (*shown.spot)[lane];
}

const market::Tape* Floor::perpetual(std::size_t asset) const {
  const auto id = run_->perpetual(asset);
  return id ? tapes_[*id] : nullptr;
}

void Floor::evaluate_options(std::size_t asset, std::uint32_t step) {
  options_.observe(asset, step);
  const std::vector<hedging::HedgeOption>& options = run_->options().options();
  for (std::size_t b = 0; b < asked_of_options_.size(); ++b)
    for (std::size_t o = 0; o < options.size(); ++o) {
      Asked& asked = asked_of_options_[b][o];
      if (options[o].asset != asset || !asked.is_due(step)) continue;
      for (std::size_t k = 0; k < asked.greeks.size(); ++k) {
        const Lanes* const known = options_.known(b, o, asked.greeks[k]);
        if (known == nullptr)
          options_.evaluate({b, o, step}, quotes_of(b, asset), asked.greeks[k], asked.values[k]);
        option_greeks_[b][o][asked.greeks[k]] = known != nullptr ? known : &asked.values[k];
      }
    }
}

/// Before desks are shown their deltas: the coins held are part of those.
void Floor::observe_book(std::size_t asset, std::uint32_t step) {
  const bool flows = marks_book() && book_.has_margin() && !book_.margin(asset).terms().empty();
  if (flows) margin_flow_[asset] = book_.cash(asset);
  book_.observe(asset, step, world_);
  for (std::size_t lane = 0; flows && lane < kLanes; ++lane)
    margin_flow_[asset][lane] = book_.cash(asset)[lane] - margin_flow_[asset][lane];
}

void Floor::accrue(std::uint32_t step) {
  if (step == 0 || !has_yield_) return;
  const Plan& plan = run_->plan();
  for (hedging::Desk& desk : desks_)
    for (std::size_t k = 0; k < desk.plan().lines.size(); ++k) {
      const hedging::Line& line = desk.plan().lines[k];
      const double yield = plan.assets[line.asset].carry.yield;
      if (yield == 0 || line.on_margin || line.option != nullptr) continue;
      desk.ledger().earn(k, *tapes_[line.tradable]->price, yield_over(line.asset, step - 1),
                         run_->to_horizon(line.asset, step));
    }
}

double Floor::yield_over(std::size_t asset, std::uint32_t step) const {
  return scalar::expm1(run_->plan().assets[asset].carry.yield * run_->plan().grid.dt(step));
}

hedging::FloorView Floor::view(std::size_t hedger, std::uint32_t step, const Lanes* latency) const {
  return {step,
          world_.shown(),
          greeks_[run_->belief_of(hedger)],
          tapes_,
          world_.trading(),
          run_->to_horizon(),
          latency,
          option_greeks_[run_->belief_of(hedger)],
          options_.outgoing()};
}

hedging::AccountMoment Floor::account_moment(std::size_t step) const {
  return {step, tapes_, run_->to_horizon(), accounts_cover_book_ ? &book_look_ : nullptr, &world_.trading()};
}

/// What the book has earned by now.
void Floor::look_at_book(std::size_t step) {
  book_look_.begin();
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a)
    book_look_.add({&book_.cash(a), mark(a)[pricing::Greek::value], world_.quotes(a).spot,
                    run_->to_horizon(a, step), run_->gross_units(a, step)});
}

void Floor::trade(std::uint32_t step) {
  if (accounts_cover_book_) look_at_book(step);
  const world::Factor whose = world::Factor::whole_path();
  const bool drawn = run_->draws_latency();
  const Lanes* latency = drawn ? &noise_->uniforms(random::Purpose::latency, whose, step) : nullptr;
  for (const std::size_t h : hedgers_) {
    hedging::FloorView shown = view(h, step, latency);
    hedging::Account* const account = accounts_[h].get();
    if (account != nullptr) shown.leash = account->look(account_moment(step));
    desk_of_[h]->trade(shown, room_);
    if (account != nullptr) account->note(account_moment(step));
  }
}

void Floor::record(std::uint32_t step) {
  if (coverage_) coverage_->look(*this, step);
  if (explains_ != nullptr && marks_) explains_->at(*this, step);
  if (sink_ != nullptr) sink_->at(*this, step);
}

void Floor::carry(std::uint32_t step) {
  for (const auto& account : accounts_)
    if (account)
      account->carry(account_moment(step),
                     run_->years_with_interest(0, step) * run_->to_horizon(0, step + 1));
  if (!has_margin_) return;
  const Plan& plan = run_->plan();
  for (hedging::Desk& desk : desks_)
    for (std::size_t k = 0; k < desk.plan().lines.size(); ++k) {
      const hedging::Line& line = desk.plan().lines[k];
      if (!line.on_margin) continue;
      const double years = run_->years_with_interest(line.asset, step);
      const market::Tape& tape = *tapes_[line.tradable];
      desk.ledger().carry(
          k, *tape.price, *tape.funding,
          {plan.assets[line.asset].carry.rate, years * run_->to_horizon(line.asset, step + 1)});
    }
}

void Floor::impact(std::uint32_t) {
  if (!crowd_) return;
  const hedging::Desk& desk = *desk_of_[*crowd_];
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a)
    if (const Lanes* traded = desk.traded(a, traded_)) world_.absorb(a, *traded);
}

void Floor::move(std::uint32_t step) {
  world_.add_time(step, regime_time_);
  world_.step(step, *noise_);
}

/// Measured: from where on more blocks side by side leave the near cache.
std::size_t Floor::world_lanes() const {
  constexpr std::size_t plain = 4, of_crowd = 20, of_venue = 20, of_contract = 12, of_depth = 12;
  const world::Scenario& scenario = run_->plan().scenarios[scenario_];
  std::size_t lanes = 0;
  for (std::size_t a = 0; a < scenario.today.size(); ++a) {
    const bool depth_moves = std::ranges::any_of(
        scenario.regimes, [a](const world::Regime& regime) { return regime.assets[a].liquidity.moves(); });
    lanes += plain + (crowd_ ? of_crowd : 0) + (depth_moves ? of_depth : 0) +
             of_venue * scenario.today[a].venues.size() +
             of_contract * world::contract_count(scenario.today[a]);
  }
  return lanes;
}

std::size_t Floor::state_bytes() const {
  constexpr std::size_t of_line = 5;  // price, its log, variance, spread; order, units and money
  std::size_t lanes = world_lanes() + book_.lanes() + options_.lanes();
  for (const auto& of_belief : asked_)
    for (const Asked& asked : of_belief)
      if (!asked.is_empty()) lanes += asked.values.size();
  for (const auto& of_belief : asked_of_options_)
    for (const Asked& asked : of_belief) lanes += asked.values.size();
  for (const auto& row : own_quotes_)
    for (const auto& own : row)
      if (own) lanes += own->lanes();
  for (const auto& account : accounts_)
    if (account) lanes += account->lanes_held();
  if (coverage_) lanes += coverage_->lanes();
  for (const std::vector<BookMoves>& of_model : book_moves_)
    for (const BookMoves& moves : of_model) lanes += moves.lanes();
  for (const hedging::Desk& desk : desks_) {
    lanes += desk.plan().memory();
    for (const hedging::Line& line : desk.plan().lines)
      lanes += of_line + hedging::ring_lanes(desk.plan().hedger->latency, run_->plan().grid,
                                             tapes_[line.tradable]->venues, line.execution.slices.size());
  }
  return lanes * sizeof(Lanes);
}

void Floor::finish(std::uint32_t horizon) {
  at_horizon_ = true;
  world_.observe(horizon, *noise_);
  for (std::size_t a = 0; a < run_->plan().assets.size(); ++a) observe_book(a, horizon);
  for (std::size_t a = 0; a < run_->plan().assets.size() && !run_->options().empty(); ++a)
    options_.observe(a, horizon);
  settle(horizon);
  accrue(horizon);
  book_.mark(horizon, world_);
  for (const std::size_t h : hedgers_) {
    desk_of_[h]->close_out(view(h, horizon, nullptr), room_);
    if (accounts_[h]) accounts_[h]->finish(account_moment(horizon));
    total(h);
  }
  record(horizon);
}

void Floor::total(std::size_t hedger) {
  const hedging::Desk& desk = *desk_of_[hedger];
  Lanes& pnl = pnl_[hedger];
  pnl = book_.pnl();
  if (accounts_[hedger]) accounts_[hedger]->complete(pnl);
  for (std::size_t k = 0; k < desk.plan().lines.size(); ++k) {
    const hedging::Holding& position = desk.ledger()[k];
    const Lanes& price = *tapes_[desk.plan().lines[k].tradable]->price;
    for (std::size_t lane = 0; lane < kLanes; ++lane) pnl[lane] += position.equity(lane, price[lane], 1);
  }
  count_in_numeraire(pnl);
}

void Floor::count_in_numeraire(Lanes& money) const {
  if (!run_->plan().numeraire) return;
  const Lanes& spot = *world_.quotes(*run_->plan().numeraire).spot;
  for (std::size_t lane = 0; lane < kLanes; ++lane) money[lane] /= spot[lane];
}

}  // namespace unhedged::simulation
