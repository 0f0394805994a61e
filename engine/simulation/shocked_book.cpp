#include "engine/simulation/shocked_book.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/margin/portfolio.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/models/black_scholes.hpp"

namespace unhedged::simulation {
namespace {

using instruments::ContractKind;
using margin::VolatilityMove;
using margin::VolatilityShock;

std::size_t index_of(VolatilityMove way) { return static_cast<std::size_t>(way); }

constexpr VolatilityMove kWays[] = {VolatilityMove::down, VolatilityMove::same, VolatilityMove::up};

/// Calls or puts of one strike and expiry.
using Series = std::tuple<ContractKind, double, double>;

}  // namespace

std::vector<MoveGroup> move_groups(const margin::MarginModel& model) {
  std::vector<MoveGroup> out;
  for (const margin::MarginScenario& one : margin::scenarios(model)) {
    const auto same = [&](const MoveGroup& group) {
      const margin::MarginScenario& of = group.scenario;
      return of.move == one.move && of.weight == one.weight && of.dampener == one.dampener;
    };
    auto group = std::ranges::find_if(out, same);
    if (group == out.end()) group = out.insert(out.end(), MoveGroup{one});
    group->ways[index_of(one.volatility)] = true;
  }
  return out;
}

market::ImpliedCurve shocked_curve(const VolatilityShock& shock, VolatilityMove way,
                                   const market::ImpliedCurve& curve, double life_years) {
  if (way == VolatilityMove::same) return curve;
  const bool has_least = way == VolatilityMove::up && shock.least_up > 0;
  const bool scales = shock.scale == VolatilityShock::Scale::relative && !has_least;
  const double quoted = scales ? 1 : curve.volatility(life_years, 0, 0);
  const double days = life_years * margin::kDaysPerYear;
  market::ImpliedCurve out = curve;
  out.premium = (1 + curve.premium) * shock.shocked(quoted, days, way) / quoted - 1;
  return out;
}

ShockedBook::ShockedBook(const margin::MarginModel& model, const Of& of) {
  std::vector<double> times = times_before_horizon(of.plan->grid);
  for (double& time : times) time += model.look_ahead_years;
  for (const MoveGroup& group : move_groups(model)) {
    const double move = scalar::log(1 + group.scenario.move);
    lowest_move_ = std::min(lowest_move_, move);
    highest_move_ = std::max(highest_move_, move);
    for (const VolatilityMove way : kWays) {
      auto& moved = moved_[index_of(way)];
      if (!group.ways[index_of(way)] || moved != nullptr) continue;
      const auto shock = [shock = model.volatility, way](const market::ImpliedCurve& curve, double life) {
        return shocked_curve(shock, way, curve, life);
      };
      moved = pricing::make_valuation(pricing::shocked_belief(shock),
                                      {of.book, of.curves, of.used, times, {pricing::Greek::value}, {}});
    }
  }
  count(model, of);
}

void ShockedBook::count(const margin::MarginModel& model, const Of& of) {
  const TimeGrid& grid = of.plan->grid;
  const instruments::AssetBook& book = of.plan->assets[of.asset].book;
  for (const instruments::ExpiryBucket& bucket : book.buckets) payoffs_.emplace_back(bucket);
  for (std::size_t step = 0; step < grid.steps; ++step) {
    const double now = grid.time(step), then = now + model.look_ahead_years;
    std::map<Series, double> series;
    double linear = 0, sold = 0;
    for (const PositionPlan& position : of.plan->positions) {
      const instruments::Position& held = position.contract;
      if (held.asset != of.asset || (held.is_dated() && !instruments::outlives(held.expiry_years, now)))
        continue;
      const double life = held.expiry_years - now, yield = of.plan->assets[of.asset].carry.yield;
      if (held.kind == ContractKind::spot) linear += held.quantity;
      else if (held.kind == ContractKind::forward) linear += held.quantity * scalar::exp(-yield * life);
      else series[{held.kind, held.strike, held.expiry_years}] += held.quantity;
    }
    for (const auto& [what, quantity] : series) sold += std::max(0.0, -quantity);
    linear_.push_back(linear);
    sold_.push_back(sold);
    auto& expired = expired_.emplace_back();
    for (std::size_t b = 0; b < book.buckets.size(); ++b)
      if (instruments::outlives(book.buckets[b].expiry_years, now) &&
          !instruments::outlives(book.buckets[b].expiry_years, then))
        expired.push_back(b);
  }
}

std::vector<pricing::Valuation*> ShockedBook::valuations() const {
  std::vector<pricing::Valuation*> out;
  for (const auto& one : moved_)
    if (one != nullptr) out.push_back(one.get());
  return out;
}

std::vector<pricing::Reach> ShockedBook::reach(std::vector<pricing::Reach> market) const {
  for (pricing::Reach& one : market) {
    one.log_spot_low += lowest_move_;
    one.log_spot_high += highest_move_;
  }
  return market;
}

void ShockedBook::value(VolatilityMove way, std::size_t step, const market::AssetQuotes& quotes,
                        Lanes& out) const {
  moved_[index_of(way)]->evaluate(step, quotes, pricing::Greek::value, out);
  for (const std::size_t b : expired_[step]) payoffs_[b].add(quotes.spot->data(), kLanes, 1, out.data());
}

}  // namespace unhedged::simulation
