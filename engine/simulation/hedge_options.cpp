#include "engine/simulation/hedge_options.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/simulation/option_kernels.hpp"

namespace unhedged::simulation {
namespace {

using hedging::HedgeOption;
using pricing::Greek;

const Lanes kNothing = filled_with(0), kAlwaysUp = filled_with(1);

/// One option struck at its share of today's spot.
pricing::PricedBook book_of(const HedgeOption& option, const AssetPlan& asset) {
  instruments::Position position;
  const bool call = option.right == pricing::Right::call;
  position.kind = call ? instruments::ContractKind::call : instruments::ContractKind::put;
  position.asset = option.asset;
  position.strike = option.strike_ratio * asset.spot;
  position.expiry_years = option.life_years;
  position.quantity = 1;
  return pricing::priced(instruments::net(std::span(&position, 1), option.asset), asset.carry, asset.spot);
}

bool pays(const hedging::Hedger& hedger, std::size_t asset) {
  return !hedger.costs[asset].at_mid && !hedger.costs[asset].half_spread;
}

}  // namespace

OptionPrices::OptionPrices(const Plan& plan, ValuationCache& cache) : plan_(&plan), cache_(&cache) {
  for (const hedging::Hedger& hedger : plan.hedgers)
    for (const HedgeOption& option : hedger.options) {
      const auto found = std::ranges::find(options_, option);
      const auto index = static_cast<std::size_t>(found - options_.begin());
      if (found == options_.end()) {
        options_.push_back(option);
        pays_spread_.push_back(0);
        books_.push_back(book_of(option, plan.assets[option.asset]));
      }
      if (pays(hedger, option.asset)) pays_spread_[index] = 1;
    }
}

std::size_t OptionPrices::index_of(const HedgeOption& option) const {
  const auto found = std::ranges::find(options_, option);
  if (found == options_.end()) throw ContractViolation("an option that nobody hedges with");
  return static_cast<std::size_t>(found - options_.begin());
}

std::vector<OptionPrices::Slot> OptionPrices::moments(std::size_t option) const {
  const HedgeOption& of = options_[option];
  std::vector<Slot> out;
  for (std::size_t step = 0; step <= plan_->grid.steps; ++step)
    out.push_back({step, rolls_until(of, step) - 1});
  for (std::size_t roll = 1; roll < of.rolls.size(); ++roll) out.push_back({of.rolls[roll], roll - 1});
  return out;
}

OptionPrices::Life OptionPrices::life_of(std::size_t option,
                                         const std::vector<std::vector<bool>>& used) const {
  const HedgeOption& of = options_[option];
  Life out;
  for (const Slot& moment : moments(option)) {
    out.ages_years.push_back(plan_->grid.time(moment.step) - plan_->grid.time(of.rolls[moment.roll]));
    out.used.push_back(used[moment.step]);
  }
  return out;
}

void OptionPrices::add_scenario(const Scene& scene,
                                const std::vector<std::optional<pricing::Believed>>& beliefs,
                                const std::vector<pricing::GreekSet>& greeks) {
  const std::size_t index = scenarios_.size();
  OfScenario& of = scenarios_.emplace_back();
  of.targets.resize(beliefs.size());
  for (std::size_t o = 0; o < options_.size(); ++o) {
    const Life life = life_of(o, scene.used), so_far = life_of(o, scene.used_so_far);
    const std::vector<market::ImpliedCurve>& curves = *scene.curves[options_[o].asset];
    of.market.push_back(
        std::make_unique<pricing::QuotedOption>(books_[o], curves, life.used, life.ages_years));
    for (std::size_t b = 0; b < beliefs.size(); ++b) {
      auto& target = of.targets[b].emplace_back();
      if (!beliefs[b] || *beliefs[b] == pricing::black_scholes_belief()) continue;
      target = cache_->make(*beliefs[b], {&books_[o],
                                          &curves,
                                          (*beliefs[b])->holds_quotes() ? &so_far.used : &life.used,
                                          life.ages_years,
                                          greeks[b],
                                          {}});
      if ((*beliefs[b])->model()->is_costly()) work_.push_back({index, b, o});
    }
  }
}

std::vector<pricing::Reach> OptionPrices::reach(std::size_t option,
                                                const std::vector<pricing::Reach>& market) const {
  std::vector<pricing::Reach> out;
  for (const Slot& moment : moments(option)) {
    const pricing::Reach &now = market[moment.step], &then = market[options_[option].rolls[moment.roll]];
    out.push_back({now.log_spot_low - then.log_spot_high, now.log_spot_high - then.log_spot_low,
                   now.level_low, now.level_high});
  }
  return out;
}

OptionBook::OptionBook(const OptionPrices& prices, const Plan& plan, std::size_t scenario,
                       const world::BlockWorld& world)
    : prices_(&prices), plan_(&plan), scenario_(scenario), world_(&world) {
  for (const HedgeOption& option : prices.options()) {
    State& state = states_.emplace_back();
    state.half_spread.fill(0.0);
    state.old_half_spread.fill(0.0);
    market::Tape tape = world.tape(static_cast<market::TradableId>(option.asset));
    tape.price = &state.price;
    tape.half_spread = &state.half_spread;
    tape.inverse_volume = tape.participation = tape.funding = &kNothing;
    tape.capped = false;
    tape.venues = std::span(&market::kPlainVenue, 1);
    tape.venue_up = std::span(&kAlwaysUp, 1);
    tapes_.push_back(tape);
    tape.price = &state.old_price;
    tape.half_spread = &state.old_half_spread;
    outgoing_.push_back(tape);
  }
}

void OptionBook::start() {
  for (State& state : states_) {
    state.reference.fill(1.0);
    state.inverse.fill(1.0);
    state.log_reference.fill(0.0);
  }
}

double OptionBook::strike(std::size_t option, std::size_t lane) const {
  const HedgeOption& of = prices_->options()[option];
  return of.strike_ratio * plan_->assets[of.asset].spot * states_[option].reference[lane];
}

/// As if the strike were that of today.
market::AssetQuotes OptionBook::seen_from(const State& state, const market::AssetQuotes& quotes) {
  option_kernels().shift(quotes, state.log_reference, state.inverse, log_spot_, spot_);
  market::AssetQuotes out = quotes;
  out.log_spot = &log_spot_;
  out.spot = &spot_;
  return out;
}

void OptionBook::value(std::size_t option, std::size_t step, Lanes& price, Lanes& half_spread) {
  const HedgeOption& of = prices_->options()[option];
  State& state = states_[option];
  const market::AssetQuotes quotes = seen_from(state, world_->quotes(of.asset));
  prices_->market(scenario_, option).evaluate(step, quotes, state.greeks);
  price = state.greeks.value;
  if (prices_->pays_spread(option)) {
    const double today = plan_->scenarios[scenario_].today[of.asset].half_spread;
    const Lanes& now = *world_->tape(static_cast<market::TradableId>(of.asset)).half_spread;
    option_kernels().half_spread({of.half_spread, today}, state.greeks.vega, price, now, half_spread);
  }
  option_kernels().scale(state.reference, price);
}

/// Where the spot is not positive nothing can be struck at it: the strike stays.
void OptionBook::strike_anew(std::size_t asset, State& state) {
  const market::AssetQuotes& quotes = world_->quotes(asset);
  option_kernels().strike(quotes, 1 / plan_->assets[asset].spot, state.reference, state.inverse,
                          state.log_reference);
}

void OptionBook::observe(std::size_t asset, std::size_t step) {
  for (std::size_t o = 0; o < states_.size(); ++o) {
    const HedgeOption& option = prices_->options()[o];
    if (option.asset != asset) continue;
    State& state = states_[o];
    if (option.rolls_at(step)) {
      const std::size_t roll = hedging::rolls_until(option, step) - 1;
      value(o, prices_->outgoing(roll), state.old_price, state.old_half_spread);
      strike_anew(asset, state);
    }
    value(o, step, state.price, state.half_spread);
    option_kernels().scale(state.inverse, state.greeks.gamma);
    option_kernels().scale(state.reference, state.greeks.vega);
  }
}

const Lanes* OptionBook::known(std::size_t belief, std::size_t option, Greek greek) const {
  const std::size_t asset = prices_->options()[option].asset;
  const bool shown = world_->shown().assets[asset].spot == world_->quotes(asset).spot;
  if (!shown || prices_->target(scenario_, belief, option) != nullptr) return nullptr;
  const pricing::QuotedOption::Sensitivities& greeks = states_[option].greeks;
  return greek == Greek::delta ? &greeks.delta : greek == Greek::gamma ? &greeks.gamma : &greeks.vega;
}

void OptionBook::evaluate(const Asked& of, const market::AssetQuotes& shown, Greek greek, Lanes& out) {
  const State& state = states_[of.option];
  const market::AssetQuotes quotes = seen_from(state, shown);
  if (const pricing::Valuation* target = prices_->target(scenario_, of.belief, of.option))
    target->evaluate(of.step, quotes, greek, out);
  else {
    pricing::QuotedOption::Sensitivities all;
    prices_->market(scenario_, of.option).evaluate(of.step, quotes, all);
    out = greek == Greek::delta ? all.delta : greek == Greek::gamma ? all.gamma : all.vega;
  }
  if (greek == Greek::gamma) option_kernels().scale(state.inverse, out);
  else if (greek != Greek::delta) option_kernels().scale(state.reference, out);
}

}  // namespace unhedged::simulation
