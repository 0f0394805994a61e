#include "engine/simulation/shocked_book.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "engine/margin/portfolio.hpp"
#include "engine/math/scalar.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/simulation/level_scan.hpp"
#include "engine/simulation/scan_table.hpp"

namespace unhedged::simulation {
namespace {

using instruments::ContractKind;
using margin::VolatilityMove;
using margin::VolatilityShock;

std::size_t index_of(VolatilityMove way) { return static_cast<std::size_t>(way); }

constexpr VolatilityMove kWays[] = {VolatilityMove::down, VolatilityMove::same, VolatilityMove::up};

/// Of units times spot, at the middle of the log spots: what tables of losses may err.
constexpr double kScanError = 4e-6, kLevelScanError = 1e-5;  ///< the latter where they move with a level

/// Where there is something.
template <class Table>
void keep(Table&& made, std::shared_ptr<const Scan>& out) {
  if (!made.empty()) out = std::make_shared<Table>(std::forward<Table>(made));
}

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

pricing::VolatilityShift shift_of(const VolatilityShock& shock, VolatilityMove way, double life_years) {
  if (way == VolatilityMove::same) return {};
  const double change = shock.change(life_years * margin::kDaysPerYear, way);
  const bool scales = shock.scale == VolatilityShock::Scale::relative;
  return {scales ? 1 + change : 1, scales ? 0 : change, way == VolatilityMove::up ? shock.least_up : 0};
}

ShockedBook::ShockedBook(const margin::MarginModel& model, const Of& of)
    : scenarios_(margin::scenarios(model)),
      volatility_(model.volatility),
      look_ahead_years_(model.look_ahead_years),
      book_(of.book),
      spot_today_(of.book->spot_today),
      drifts_(of.drifts),
      curves_(of.curves),
      used_(*of.used),
      scans_(of.used->size()) {
  for (auto& of_step : scans_) of_step.resize(of.curves->size());
  times_ = times_before_horizon(of.plan->grid);
  for (double& time : times_) time += model.look_ahead_years;
  pricing::SurfaceSettings settings;
  settings.within_reach = true;
  for (const MoveGroup& group : move_groups(model)) {
    const double move = scalar::log(1 + group.scenario.move);
    for (const VolatilityMove way : kWays) {
      if (!group.ways[index_of(way)]) continue;
      auto& [moved, lowest, highest] = moved_[index_of(way)];
      lowest = std::min(lowest, move);
      highest = std::max(highest, move);
      if (moved != nullptr) continue;
      const pricing::QuoteShock shock{
          [shock = model.volatility, way](double life) { return shift_of(shock, way, life); },
          model.look_ahead_years};
      moved =
          pricing::make_valuation(pricing::shocked_belief(shock),
                                  {of.book, of.curves, of.used, times_, {pricing::Greek::value}, settings});
    }
  }
  count(model, of);
}

void ShockedBook::count(const margin::MarginModel& model, const Of& of) {
  const TimeGrid& grid = of.plan->grid;
  const instruments::AssetBook& book = of.plan->assets[of.asset].book;
  for (const instruments::ExpiryBucket& bucket : book.buckets) payoffs_.emplace_back(bucket);
  std::map<Series, double> series;
  std::vector<const instruments::Position*> others;
  for (const PositionPlan& position : of.plan->positions) {
    const instruments::Position& held = position.contract;
    if (held.asset != of.asset) continue;
    if (held.kind == ContractKind::spot || held.kind == ContractKind::forward) others.push_back(&held);
    else series[{held.kind, held.strike, held.expiry_years}] += held.quantity;
  }
  const double yield = of.plan->assets[of.asset].carry.yield;
  for (std::size_t step = 0; step < grid.steps; ++step) {
    const double now = grid.time(step), then = now + model.look_ahead_years;
    double linear = 0, sold = 0;
    for (const instruments::Position* held : others)
      if (!held->is_dated()) linear += held->quantity;
      else if (instruments::outlives(held->expiry_years, now))
        linear += held->quantity * scalar::exp(-yield * (held->expiry_years - now));
    for (const auto& [what, quantity] : series)
      if (instruments::outlives(std::get<2>(what), now)) sold += std::max(0.0, -quantity);
    linear_.push_back(linear);
    sold_.push_back(sold);
    auto& expired = expired_.emplace_back();
    for (std::size_t b = 0; b < book.buckets.size(); ++b)
      if (instruments::outlives(book.buckets[b].expiry_years, now) &&
          !instruments::outlives(book.buckets[b].expiry_years, then))
        expired.push_back(b);
  }
}

std::vector<ShockedBook::Moved> ShockedBook::moved() const {
  std::vector<Moved> out;
  for (const Moved& one : moved_)
    if (one.book != nullptr) out.push_back(one);
  return out;
}

std::vector<pricing::Reach> ShockedBook::Moved::reach(std::vector<pricing::Reach> market) const {
  for (pricing::Reach& one : market) {
    const double beyond = ScanTable::kBeyond * (one.log_spot_high - one.log_spot_low);
    one.log_spot_low += lowest - beyond;
    one.log_spot_high += highest + beyond;
  }
  return market;
}

ScanSource ShockedBook::source(std::size_t step, std::size_t curve, const pricing::Valuation& marks) const {
  const auto shocked = [=, this](std::span<const margin::MarginScenario> of, const ScanPoints& at,
                                 std::span<double> rows) {
    for (const VolatilityMove way : kWays) value_rows(way, step, {of, curve, at}, rows);
  };
  const auto marked = [=, this, &marks](const ScanPoints& at, std::span<double> out) {
    const std::vector<double> spots = spots_at(at.log_spot);
    marks.evaluate_line(step, {curve, at.quote_level, at.log_spot, spots}, pricing::Greek::value, out);
  };
  return {scenarios_, shocked, marked, drifts_, level_kinks(step, curve)};
}

/// Levels at which a volatility that is up comes off its least: what options are worth has kinks there.
/// Where many are marked at volatilities of their own there are too many to be told.
std::vector<double> ShockedBook::level_kinks(std::size_t step, std::size_t curve) const {
  constexpr std::size_t most = 64;
  std::vector<double> out;
  const market::ImpliedCurve& quotes = (*curves_)[curve];
  for (const pricing::CallArrays& calls : book_->expiries) {
    const double life = calls.expiry_years - times_[step];
    const pricing::VolatilityShift up = shift_of(volatility_, VolatilityMove::up, life);
    if (life <= 0 || up.least <= 0 || !quotes.moves_with_level) continue;
    const market::AffineVariance variance = quotes.variance(life + look_ahead_years_);
    const double quoted = (up.least - up.points) / (up.factor * (1 + quotes.premium));
    std::set<double> ratios(calls.ratio.begin(), calls.ratio.end());
    if (calls.ratio.empty()) ratios.insert(1);
    for (const double ratio : ratios)
      out.push_back((quoted * quoted / (ratio * ratio) - variance.constant) / variance.slope);
  }
  if (out.size() > most) out.clear();
  return out;
}

/// Of the scenarios that move volatilities this way.
void ShockedBook::value_rows(VolatilityMove way, std::size_t step, const Rows& of,
                             std::span<double> rows) const {
  const std::vector<double> spots = spots_at(of.at.log_spot);
  std::vector<double> x, spot, values;
  for (const margin::MarginScenario& one : of.scenarios) {
    if (one.volatility != way) continue;
    const double factor = 1 + one.move, shift = scalar::log(factor);
    for (std::size_t i = 0; i < spots.size(); ++i) {
      x.push_back(of.at.log_spot[i] + shift);
      spot.push_back(spots[i] * factor);
    }
  }
  if (x.empty()) return;
  values.resize(x.size());
  moved_[index_of(way)].book->evaluate_line(step, {of.curve, of.at.quote_level, x, spot},
                                            pricing::Greek::value, values);
  for (const std::size_t b : expired_[step]) payoffs_[b].add(spot.data(), spot.size(), 1, values.data());
  auto from = values.begin();
  for (std::size_t k = 0; k < of.scenarios.size(); ++k) {
    if (of.scenarios[k].volatility != way) continue;
    std::copy_n(from, spots.size(), rows.begin() + static_cast<std::ptrdiff_t>(k * spots.size()));
    from += static_cast<std::ptrdiff_t>(spots.size());
  }
}

std::vector<double> ShockedBook::spots_at(std::span<const double> log_spot) const {
  std::vector<double> out;
  for (const double x : log_spot) out.push_back(spot_today_ * scalar::exp(x));
  return out;
}

void ShockedBook::tabulate(std::size_t step, const pricing::Reach& market, const pricing::Valuation& marks,
                           double gross) {
  const double low = market.log_spot_low, high = market.log_spot_high;
  const double largest = gross * spot_today_ * scalar::exp(0.5 * (low + high));
  for (std::size_t curve = 0; curve < curves_->size(); ++curve) {
    if (!used_[step][curve]) continue;
    const ScanSource from = source(step, curve, marks);
    if ((*curves_)[curve].moves_with_level) {
      const auto* const like = dynamic_cast<const LevelScan*>(scans_[step / kAlike * kAlike][curve].get());
      keep(LevelScan(from, market, kLevelScanError * largest, like), scans_[step][curve]);
    } else keep(ScanTable(from, low, high, kScanError * largest), scans_[step][curve]);
  }
}

void ShockedBook::value(VolatilityMove way, std::size_t step, const market::AssetQuotes& quotes,
                        std::size_t lanes, Lanes& out) const {
  moved_[index_of(way)].book->evaluate(step, quotes, pricing::Greek::value, out);
  for (const std::size_t b : expired_[step]) payoffs_[b].add(quotes.spot->data(), lanes, 1, out.data());
}

}  // namespace unhedged::simulation
