#include "engine/simulation/attribution.hpp"

#include <algorithm>

#include "engine/simulation/attribution_tracks.hpp"

namespace unhedged::simulation {
namespace {

using pricing::Greek;

Lanes& of(std::span<Lanes> out, Bucket bucket) { return out[static_cast<std::size_t>(bucket)]; }

void add_units(const Lanes& units, const Lanes* delta, Lanes& to) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    to[lane] += delta != nullptr ? units[lane] * (*delta)[lane] : units[lane];
}

constexpr Lanes kNothing{};

/// What an account does to the P&L besides what goes through the ledger.
void explain_account(const Floor& floor, const hedging::Account& account, std::span<Lanes> out) {
  Lanes& closed = of(out, Bucket::liquidation);
  closed = floor.book_pnl();
  account.complete(closed);
  add(-1, floor.book_pnl(), closed);
  add(1, account.record().financing, closed);
  add(-1, account.record().financing, of(out, Bucket::financing));
  add(-1, account.record().deleveraging_cost, of(out, Bucket::deleveraging));
}

/// Whether a jump may come, or another regime.
bool may_change(const world::Scenario& scenario) {
  const auto jumps = [](const world::AssetRegime& asset) {
    return models::jumps_of(asset.dynamics).has_value() || asset.bubble.has_value();
  };
  return scenario.regimes.size() > 1 ||
         std::ranges::any_of(scenario.regimes, [&](const world::Regime& regime) {
           return !regime.common_jumps.empty() || std::ranges::any_of(regime.assets, jumps);
         });
}

}  // namespace

Attribution::Attribution(const PreparedRun& run, std::size_t scenario)
    : run_(&run),
      scenario_(scenario),
      has_events_(may_change(run.plan().scenarios[scenario]) || run.plan().units_ended_early() > 0) {
  const Plan& plan = run.plan();
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    AssetTrack& track = *assets_.emplace_back(std::make_unique<AssetTrack>());
    track.is_of_several = std::ranges::any_of(plan.multi_assets, [a](const MultiAssetPlan& held) {
      return held.option->leg_of(a) < held.option->legs();
    });
    track.has_extras =
        track.is_of_several || (run.has_margin_terms() && !run.margin_terms(a).empty()) ||
        std::ranges::any_of(plan.contracts, [a](const ContractPlan& held) { return held.asset == a; });
  }
  for (const MultiAssetPlan& held : plan.multi_assets)
    multi_assets_.push_back(std::make_unique<MultiAssetTrack>(
        MultiAssetTrack{held.option.get(), std::vector<Lanes>(held.option->legs())}));
  for (const PositionGroup& group : run.groups()) groups_.emplace_back(*group.run, scenario);
  for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
    auto& row = desks_.emplace_back();
    for (std::size_t a = 0; a < plan.assets.size(); ++a) {
      DeskTrack& desk = *row.emplace_back(std::make_unique<DeskTrack>());
      for (std::size_t k = 0; k < run.desk(h).lines.size(); ++k)
        if (run.desk(h).lines[k].asset == a) desk.lines.emplace_back().line = k;
    }
  }
}

Attribution::~Attribution() = default;

void Attribution::at(const Floor& floor, std::uint32_t step) {
  note_events(floor, step);
  const bool ends = step == run_->plan().grid.steps;
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    if (step == 0) assets_[a]->sums = {};
    else explain_step(floor, a, step);
  }
  for (std::size_t h = 0; h < desks_.size(); ++h) {
    explain_desk(floor, h, step);
    if (!ends) expose_desk(floor, h, step);
  }
  for (std::size_t a = 0; a < assets_.size() && !ends; ++a) remember(floor, a, step);
  for (HeldBook& group : groups_) group.at(step, floor.world());
}

void Attribution::note_events(const Floor& floor, std::uint32_t step) {
  if (!has_events_) return;
  const LaneIndex& now = floor.world().regimes();
  const Lanes& ended = floor.contracts().ended_early().units;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    entered_[lane] = step > 0 && now.value[lane] != regimes_.value[lane] ? 1 : 0;
    ended_now_[lane] = step > 0 && ended[lane] != ended_[lane] ? 1 : 0;
  }
  regimes_ = now;
  ended_ = ended;
}

/// The netted book of now, at the spot or the quotes of before, with what expires now.
/// returns  whether the quotes are those of before
bool Attribution::revalue(const Floor& floor, std::size_t asset, std::uint32_t step) {
  const AssetTrack& track = *assets_[asset];
  const market::AssetQuotes& now = floor.world().quotes(asset);
  const market::AssetQuotes before = track.quotes.as(now);
  const bool ends = step == run_->plan().grid.steps;
  const pricing::Valuation& book =
      ends ? run_->horizon_mark(scenario_, asset) : run_->target(scenario_, *run_->market_belief(), asset);
  const auto add_payoffs = [&](const Lanes& spot, Lanes& out) {
    for (const PreparedRun::Settlement& due : run_->settlements(step))
      if (due.asset == asset) due.payoff.add(spot.data(), kLanes, 1, out.data());
  };
  const auto value = [&](const market::AssetQuotes& at, Lanes& out) {
    book.evaluate(ends ? 0 : step, at, Greek::value, out);
    add_payoffs(*at.spot, out);
  };
  value(before, waited_);
  if (track.has_extras) value(now, netted_);
  else {
    netted_ = floor.marked(asset);
    add_payoffs(*now.spot, netted_);
  }
  if (track.quotes.has_quotes_of(now)) return true;
  value(KeptQuotes::mixed(now, before), moved_);
  value(KeptQuotes::mixed(before, now), waited_anew_);
  return false;
}

void Attribution::explain_step(const Floor& floor, std::size_t asset, std::uint32_t step) {
  AssetTrack& track = *assets_[asset];
  const market::AssetQuotes& now = floor.world().quotes(asset);
  const bool still = revalue(floor, asset, step);
  BookMove move{};
  move.spot_before = &track.quotes.spot;
  move.spot = now.spot;
  if (track.has_extras) {
    move.cash_before = &track.cash;
    move.cash = &floor.book_cash(asset);
  }
  move.value_before = &track.value;
  move.value = &floor.marked(asset);
  move.netted_before = track.has_extras ? &track.netted : &track.value;
  move.netted_delta = track.has_extras ? &track.netted_delta : &track.delta;
  move.waited = &waited_;
  move.netted = &netted_;
  move.moved = still ? &netted_ : &moved_;
  move.waited_anew = still ? &waited_ : &waited_anew_;
  move.entered = &entered_;
  if (has_events_) move.jumped = &floor.world().jumped(asset);
  move.growth_before = run_->to_horizon(asset, step - 1);
  move.growth = run_->to_horizon(asset, step);
  attribution_kernels().explain_book(move, track.sums, rest_);
  if (!track.has_extras) return;
  explain_extras(floor, {asset, step, still}, rest_);
  add(1, rest_, track.sums.remainder);
}

/// What the rest of a step is of: its share in the delta is the hedger's to explain.
void Attribution::explain_extras(const Floor& floor, const AssetStep& now, Lanes& rest) {
  const auto [asset, step, still] = now;
  AssetTrack& track = *assets_[asset];
  const Lanes &spot = *floor.world().quotes(asset).spot, &before = track.quotes.spot;
  const double growth = run_->to_horizon(asset, step);
  if (const MarginBook* margin = floor.margin(asset); margin != nullptr && !margin->terms().empty())
    explain_margin(floor, asset, step, rest);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    rest[lane] -= growth * (track.delta[lane] - track.netted_delta[lane] - track.margin_delta[lane]) *
                  (spot[lane] - before[lane]);
  hand_over(floor, asset, growth, rest);
  explain_contracts(floor, now, rest);
}

/// The value of an option on several assets stands with the first of them: it hands over what the moves of
/// the others have brought.
void Attribution::hand_over(const Floor& floor, std::size_t asset, double growth, Lanes& rest) const {
  for (const auto& held : multi_assets_)
    for (std::size_t leg = 1; leg < held->option->legs(); ++leg) {
      const std::size_t other = held->option->assets[leg];
      const double sign = (asset == other ? 1 : 0) - (asset == held->option->assets.front() ? 1 : 0);
      if (sign == 0) continue;
      const Lanes &spot = *floor.world().quotes(other).spot, &before = assets_[other]->quotes.spot;
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        rest[lane] += sign * growth * held->delta[leg][lane] * (spot[lane] - before[lane]);
    }
}

/// Takes what is settled on margin, and the coins, out of the rest.
void Attribution::explain_margin(const Floor& floor, std::size_t asset, std::uint32_t step, Lanes& rest) {
  AssetTrack& track = *assets_[asset];
  const MarginBook& margin = *floor.margin(asset);
  const MarginTerms& terms = margin.terms();
  const double growth = run_->to_horizon(asset, step), years = run_->years_with_interest(asset, step - 1);
  const double held = 1 / terms.coin_growth(step), held_before = 1 / terms.coin_growth(step - 1);
  const double units = terms.perpetual_units(), face = terms.perpetual_face();
  const Lanes &spot = *floor.world().quotes(asset).spot, &before = track.quotes.spot;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double worth = held * margin.coins()[lane] * spot[lane];
    const double was = held_before * track.coins[lane] * before[lane];
    const double all = floor.margin_flow(asset)[lane] + growth * (worth - was);
    const double yield = growth * track.coins[lane] * before[lane] * (held - held_before);
    const double last = track.perpetual[lane], rate = track.funding[lane] * years;
    const double in_coin = face != 0 ? face / last * spot[lane] : 0;
    const double funding = units != 0 || face != 0 ? -growth * rate * (units * last + in_coin) : 0;
    const double moved = growth * track.margin_delta[lane] * (spot[lane] - before[lane]);
    track.sums.financing[lane] += yield;
    track.sums.funding[lane] += funding;
    track.sums.basis[lane] += all - yield - funding - moved;
    rest[lane] -= all;
  }
}

/// What contracts and options on several assets bring besides their delta. What no Greek explains is the work
/// of a jump, a regime or an exercise where there was one.
void Attribution::explain_contracts(const Floor& floor, const AssetStep& at, Lanes& rest) {
  const auto [asset, step, still] = at;
  AssetTrack& track = *assets_[asset];
  const market::AssetQuotes& now = floor.world().quotes(asset);
  const double growth = run_->to_horizon(asset, step), years = run_->plan().grid.dt(step - 1);
  Lanes quoted{};
  if (!still) {
    floor.add_contract_values(asset, step, now, quoted);
    Lanes old{};
    floor.add_contract_values(asset, step, KeptQuotes::mixed(now, track.quotes.as(now)), old);
    add(-1, old, quoted);
  }
  const Lanes& jumped = floor.world().jumped(asset);
  BookSums& sums = track.sums;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool regime = entered_[lane] != 0, jump = !regime && jumped[lane] != 0,
               ended = ended_now_[lane] != 0;
    const double move = (*now.spot)[lane] - track.quotes.spot[lane];
    const double theta = growth * years * track.extra_theta[lane], vega = growth * quoted[lane];
    const double bent = regime || jump ? 0 : growth * 0.5 * track.extra_gamma[lane] * move * move;
    const double left = rest[lane] - theta - vega - bent;
    sums.theta[lane] += theta;
    (regime ? sums.regime : sums.vega)[lane] += vega;
    sums.gamma[lane] += bent;
    if (ended) sums.exercise[lane] += left;
    else if (regime) sums.regime[lane] += left;
    else if (jump) sums.jump[lane] += left;
    else if (track.is_of_several) sums.cross[lane] += left;
    rest[lane] = ended || regime || jump || track.is_of_several ? 0 : left;
  }
}

void Attribution::remember(const Floor& floor, std::size_t asset, std::uint32_t step) {
  AssetTrack& track = *assets_[asset];
  const hedging::BookGreeks& mark = floor.mark(asset);
  if (track.has_extras || step == 0) track.cash = floor.book_cash(asset);
  track.value = *mark[Greek::value];
  track.delta = *mark[Greek::delta];
  track.quotes.keep(floor.world().quotes(asset));
  if (step == 0) {
    track.sums.inception = track.cash;
    add(run_->to_horizon(asset, 0), track.value, track.sums.inception);
  }
  if (track.has_extras) remember_extras(floor, asset, step);
}

void Attribution::remember_extras(const Floor& floor, std::size_t asset, std::uint32_t step) {
  AssetTrack& track = *assets_[asset];
  const market::AssetQuotes& now = floor.world().quotes(asset);
  const pricing::Valuation& book = run_->target(scenario_, *run_->market_belief(), asset);
  book.evaluate(step, now, Greek::value, track.netted);
  book.evaluate(step, now, Greek::delta, track.netted_delta);
  track.margin_delta.fill(0);
  if (const MarginBook* margin = floor.margin(asset); margin != nullptr && !margin->terms().empty()) {
    const market::Tape* perpetual = floor.perpetual(asset);
    margin->add(step, *now.spot, perpetual != nullptr ? perpetual->price : nullptr, Greek::delta, true,
                track.margin_delta);
    track.coins = margin->coins();
    if (perpetual != nullptr) {
      track.perpetual = *perpetual->price;
      track.funding = *perpetual->funding;
    }
  }
  track.extra_theta.fill(0);
  track.extra_gamma.fill(0);
  floor.add_contract_greeks(asset, step, Greek::theta, track.extra_theta);
  floor.add_contract_greeks(asset, step, Greek::gamma, track.extra_gamma);
  for (std::size_t option = 0; option < multi_assets_.size(); ++option)
    remember_multi_asset(floor, option, asset, step);
}

void Attribution::remember_multi_asset(const Floor& floor, std::size_t option, std::size_t asset,
                                       std::uint32_t step) {
  MultiAssetTrack& held = *multi_assets_[option];
  AssetTrack& track = *assets_[asset];
  const MultiAssetMark& mark = floor.multi_asset_mark(option);
  const bool alive = instruments::outlives(held.option->expiry_years, run_->plan().grid.time(step));
  for (std::size_t leg = 0; leg < held.option->legs(); ++leg) {
    if (held.option->assets[leg] != asset) continue;
    held.delta[leg].fill(0);
    if (!alive) continue;
    held.delta[leg] = mark.delta[leg];
    add(1, mark.gamma[leg], track.extra_gamma);
    if (leg == 0) add(1, mark.theta, track.extra_theta);
  }
}

/// What is bought at the first grid time is paid for as late as the rest.
void Attribution::begin_desk(const Floor& floor, std::size_t hedger, std::size_t asset) {
  DeskTrack& track = *desks_[hedger][asset];
  track.sums = {};
  track.gap.fill(0);
  track.has_gap = false;
  for (const DeskTrack::LineTrack& held : track.lines) {
    const hedging::Line& line = floor.desk(hedger)->plan().lines[held.line];
    const double saved = run_->to_horizon(asset, 0) * (1 - line.paid_later);
    const Lanes &units = floor.desk(hedger)->ledger()[held.line].units, &price = *floor.tape(line).price;
    for (std::size_t lane = 0; saved != 0 && lane < kLanes; ++lane)
      track.sums.financing[lane] += saved * units[lane] * price[lane];
  }
}

void Attribution::explain_desk(const Floor& floor, std::size_t hedger, std::uint32_t step) {
  const hedging::Desk& desk = *floor.desk(hedger);
  const bool ends = step == run_->plan().grid.steps;
  const bool traded =
      !ends || desk.plan().hedger->close_out == hedging::CloseOut::market;  // a mark is no trade
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    DeskTrack& track = *desks_[hedger][a];
    if (step == 0) {
      begin_desk(floor, hedger, a);
      continue;
    }
    const double growth = run_->to_horizon(a, step), growth_before = run_->to_horizon(a, step - 1);
    const Lanes &before = assets_[a]->quotes.spot, &spot = *floor.world().quotes(a).spot;
    attribution_kernels().explain_delta({&before, &spot, growth}, track.open, track.sums);
    for (const DeskTrack::LineTrack& held : track.lines) {
      const hedging::Line& line = desk.plan().lines[held.line];
      const bool is_option = line.option != nullptr;
      const Lanes& price = line.rolls_at(step) && !ends ? *floor.options().outgoing()[line.option_index].price
                                                        : *floor.tape(line).price;
      const double rate = is_option || line.on_margin ? 0 : floor.yield_over(a, step - 1);
      attribution_kernels().explain_line(
          {&before, &spot, is_option || line.on_margin ? &held.price : &before,
           is_option || line.on_margin ? &price : &spot, is_option ? &held.delta : nullptr, &held.units,
           traded ? &desk.ledger()[held.line].units : &held.units, growth_before, growth, rate,
           1 - line.paid_later},
          track.sums);
      if (line.on_margin)
        attribution_kernels().explain_funding(
            {&held.units, &held.price, &held.funding, run_->plan().assets[a].carry.rate,
             run_->years_with_interest(a, step - 1) * growth},
            track.sums);
    }
  }
}

/// What the hedger sees otherwise than the market, at its last look. returns  whether that is anything
bool Attribution::find_gap(const Floor& floor, std::size_t hedger, std::size_t asset, std::uint32_t step) {
  const hedging::Desk& desk = *floor.desk(hedger);
  DeskTrack& track = *desks_[hedger][asset];
  if (desk.plan().line_of(asset) == nullptr || !desk.is_due(step)) return track.has_gap;
  if (run_->beliefs()[run_->belief_of(hedger)] == run_->beliefs()[*run_->market_belief()] &&
      !run_->adjusts_premium(run_->belief_of(hedger)) &&
      floor.quotes(hedger, asset).spot == floor.world().quotes(asset).spot) {
    if (track.has_gap) track.gap.fill(0);
    return track.has_gap = false;
  }
  const Lanes &delta = *floor.mark(asset)[Greek::delta], &seen = floor.delta(hedger, asset);
  for (std::size_t lane = 0; lane < kLanes; ++lane) track.gap[lane] = delta[lane] - seen[lane];
  return track.has_gap = true;
}

void Attribution::expose_desk(const Floor& floor, std::size_t hedger, std::uint32_t step) {
  const hedging::Desk& desk = *floor.desk(hedger);
  for (std::size_t a = 0; a < assets_.size(); ++a) {
    DeskTrack& track = *desks_[hedger][a];
    const Lanes& delta = *floor.mark(a)[Greek::delta];
    const bool has_gap = find_gap(floor, hedger, a, step);
    bool has_pending = false;
    held_.fill(0);
    for (DeskTrack::LineTrack& line : track.lines) {
      const hedging::Line& of = desk.plan().lines[line.line];
      const hedging::Holding& holding = desk.ledger()[line.line];
      line.units = holding.units;
      if (of.option != nullptr || of.on_margin) line.price = *floor.tape(of).price;
      if (of.on_margin) line.funding = *floor.tape(of).funding;
      if (of.option != nullptr) line.delta = floor.option_delta(of.option_index);
      add_units(holding.units, of.option != nullptr ? &line.delta : nullptr, held_);
      if (are_same(holding.pending, kNothing)) continue;
      if (!has_pending) pending_.fill(0);
      has_pending = true;
      add_units(holding.pending, of.option != nullptr ? &line.delta : nullptr, pending_);
    }
    if (!has_gap && !has_pending) attribution_kernels().expose_plain(delta, held_, track.open);
    else attribution_kernels().expose(delta, track.gap, held_, has_pending ? pending_ : kNothing, track.open);
  }
}

void Attribution::explain(const Floor& floor, std::size_t hedger, std::size_t asset,
                          std::span<Lanes> out) const {
  for (Lanes& lanes : out) lanes.fill(0);
  const BookSums& book = assets_[asset]->sums;
  const DeskTrack& track = *desks_[hedger][asset];
  of(out, Bucket::theta) = book.theta;
  of(out, Bucket::gamma) = book.gamma;
  of(out, Bucket::vega) = book.vega;
  of(out, Bucket::cross) = book.cross;
  of(out, Bucket::jump) = book.jump;
  of(out, Bucket::regime) = book.regime;
  of(out, Bucket::exercise) = book.exercise;
  of(out, Bucket::inception) = book.inception;
  of(out, Bucket::remainder) = book.remainder;
  of(out, Bucket::unhedged_delta) = track.sums.unhedged;
  of(out, Bucket::belief_delta) = track.sums.belief;
  of(out, Bucket::unfilled_delta) = track.sums.unfilled;
  of(out, Bucket::hedge_options) = track.sums.options;
  add(1, book.basis, of(out, Bucket::basis));
  add(1, track.sums.basis, of(out, Bucket::basis));
  add(1, book.financing, of(out, Bucket::financing));
  add(1, track.sums.financing, of(out, Bucket::financing));
  add(1, book.funding, of(out, Bucket::funding));
  add(1, track.sums.funding, of(out, Bucket::funding));
  if (const hedging::Account* account = floor.account(hedger); account != nullptr && asset == 0)
    explain_account(floor, *account, out);
  for (const DeskTrack::LineTrack& line : track.lines) {
    const hedging::Holding& holding = floor.desk(hedger)->ledger()[line.line];
    add(-1, holding.spread_cost, of(out, Bucket::spread));
    add(-1, holding.impact_cost, of(out, Bucket::impact));
    add(-1, holding.fees, of(out, Bucket::fees));
  }
}

}  // namespace unhedged::simulation
