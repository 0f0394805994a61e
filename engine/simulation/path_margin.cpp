#include "engine/simulation/path_margin.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::simulation {

void BookMoves::start() {
  step_ = kNever;
  for (Seen& seen : seen_) seen.step = kNever;
}

const ScanSides& BookMoves::sides(std::size_t step, std::size_t curve, const ScanPlaces& at) {
  Seen& seen = seen_[curve];
  if (seen.step != step) book_->scan(step, curve)->look(at, seen.sides);
  seen.step = step;
  return seen.sides;
}

const std::vector<Lanes>& BookMoves::gains(std::size_t step, const BookQuotes& now, const LaneIndex& wanted) {
  if (step == step_) return gains_;
  step_ = step;
  for (Lanes& gain : gains_) gain.fill(INFINITY);
  for (std::size_t way = 0; way < std::tuple_size_v<decltype(MoveGroup::ways)>; ++way) {
    for (std::size_t g = 0; g < gains_.size(); ++g) {
      const MoveGroup& group = (*groups_)[g];
      if (!group.ways[way]) continue;
      const double factor = 1 + group.scenario.move, shift = scalar::log(factor);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        if (wanted.value[lane] == 0) continue;
        pack(now.quotes, g, lane, factor, shift);
        if (packed_ == kLanes) value_packed(way, now);
      }
    }
    value_packed(way, now);
  }
  return gains_;
}

void BookMoves::pack(const market::AssetQuotes& quotes, std::size_t group, std::size_t lane, double factor,
                     double shift) {
  spot_[packed_] = (*quotes.spot)[lane] * factor;
  log_spot_[packed_] = (*quotes.log_spot)[lane] + shift;
  level_[packed_] = (*quotes.quote_level)[lane];
  curve_.value[packed_] = quotes.curve->value[lane];
  places_[packed_++] = {group, lane};
}

/// The book with the volatilities moved at what has been packed, which is then forgotten.
void BookMoves::value_packed(std::size_t way, const BookQuotes& now) {
  if (packed_ == 0) return;
  const std::size_t count = packed_;
  while (packed_ < kLanes) pack_again(count - 1);
  market::AssetQuotes quotes = now.quotes;
  quotes.spot = &spot_;
  quotes.log_spot = &log_spot_;
  quotes.quote_level = &level_;
  quotes.curve = &curve_;
  book_->value(static_cast<margin::VolatilityMove>(way), step_, quotes, count, value_);
  for (std::size_t k = 0; k < count; ++k) {
    const auto [group, lane] = places_[k];
    gains_[group][lane] = std::min(gains_[group][lane], value_[k] - (*now.value)[lane]);
  }
  packed_ = 0;
}

/// Fills up with what is there.
void BookMoves::pack_again(std::size_t place) {
  spot_[packed_] = spot_[place];
  log_spot_[packed_] = log_spot_[place];
  level_[packed_] = level_[place];
  curve_.value[packed_++] = curve_.value[place];
}

MatrixMargin::MatrixMargin(const margin::Yardstick& model, std::vector<BookMoves*> moves,
                           std::function<BookQuotes(std::size_t)> book)
    : model_(&std::get<margin::MarginModel>(model.rule)),
      provision_(model.provision),
      groups_(move_groups(*model_)),
      moves_(std::move(moves)),
      book_(std::move(book)) {}

void MatrixMargin::ask(const hedging::MarginedPositions& held, Lanes& initial, Lanes& maintenance) {
  for (std::size_t a = 0; a < moves_.size(); ++a) ask_of_asset(held, a, initial, maintenance);
}

void MatrixMargin::ask_of_asset(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                                Lanes& maintenance) {
  bool some = false;
  for (std::size_t k = 0; k < held.lines.size(); ++k) {
    if (held.lines[k].asset != asset) continue;
    scan_kernels().set_hedge(held.ledger[k].units, *held.prices[k], some, hedge_);
    some = true;
  }
  if (!some) hedge_.fill(0);
  if (covers_book()) scan_book(held, asset);
  else scan_hedge();
  add_required(held, asset, initial, maintenance);
}

/// By tables where paths are where they were expected, else scenario by scenario.
void MatrixMargin::scan_book(const hedging::MarginedPositions& held, std::size_t asset) {
  const BookQuotes now = book_(asset);
  const Scanned scanned{{*now.quotes.log_spot, *now.quotes.quote_level}, *now.value, hedge_, held.book_share};
  LaneIndex left;
  const std::uint64_t present = now.quotes.curves_present;
  if (std::has_single_bit(present)) {
    const auto curve = static_cast<std::size_t>(std::countr_zero(present));
    if (!scan_curve({held.step, asset, curve}, scanned, lost_, left)) return;
  } else if (!scan_curves(held.step, asset, now.quotes, scanned, left)) {
    return;
  }
  const std::vector<Lanes>& gains = moves_[asset]->gains(held.step, now, left);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    if (left.value[lane] != 0) lost_[lane] = lost_on(lane, held.book_share[lane], gains);
}

/// All paths as if they were under one of the quotes. `left`: 1 where no table says.
/// returns  whether it is somewhere
bool MatrixMargin::scan_curve(const CurveScan& of, const Scanned& scanned, Lanes& lost, LaneIndex& left) {
  BookMoves& moves = *moves_[of.asset];
  if (const Scan* const table = moves.book().scan(of.step, of.curve))
    return table->find(moves.sides(of.step, of.curve, scanned.at), scanned, lost, left);
  std::ranges::fill(left.value, std::uint8_t{1});
  return true;
}

bool MatrixMargin::scan_curves(std::size_t step, std::size_t asset, const market::AssetQuotes& quotes,
                               const Scanned& scanned, LaneIndex& left) {
  bool some = false;
  LaneIndex outside;
  for (std::size_t curve = 0; curve < quotes.curves.size(); ++curve) {
    if ((quotes.curves_present >> curve & 1) == 0) continue;
    some = scan_curve({step, asset, curve}, scanned, of_curve_, outside) || some;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (quotes.curve->value[lane] != curve) continue;
      lost_[lane] = of_curve_[lane];
      left.value[lane] = outside.value[lane];
    }
  }
  return some;
}

/// The largest loss that counts, of the hedge alone.
void MatrixMargin::scan_hedge() {
  lost_.fill(0);
  for (const MoveGroup& group : groups_)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      lost_[lane] = std::max(
          lost_[lane], -group.scenario.weight * group.scenario.move * hedge_[lane] - group.scenario.dampener);
}

/// Of the share of the book and the hedge, on one path.
double MatrixMargin::lost_on(std::size_t lane, double share, const std::vector<Lanes>& gains) const {
  double lost = 0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const margin::MarginScenario& one = groups_[g].scenario;
    const double gain = share * gains[g][lane] + one.move * hedge_[lane];
    lost = std::max(lost, -one.weight * gain - one.dampener);
  }
  return lost;
}

void MatrixMargin::add_required(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                                Lanes& maintenance) const {
  const BookQuotes now = book_(asset);
  Charged of{lost_,     hedge_,          *now.quotes.spot,
             nullptr,   nullptr,         0,
             0,         model_->charges, model_->maintenance_factor.value_or(1),
             provision_};
  if (covers_book()) {
    of.share = &held.book_share;
    of.delta = now.delta;
    of.linear = moves_[asset]->book().linear_delta(held.step);
    of.sold = moves_[asset]->book().short_options(held.step);
  }
  scan_kernels().require(of, asset > 0, initial, maintenance);
}

void PerpetualMargin::ask(const hedging::MarginedPositions& held, Lanes& initial, Lanes& maintenance) {
  initial.fill(0);
  maintenance.fill(0);
  const auto* const tiers = std::get_if<margin::TierRule>(&model_->rule);
  const auto* const by_leverage = std::get_if<margin::LeverageRule>(&model_->rule);
  for (std::size_t k = 0; k < held.lines.size(); ++k)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = std::abs(held.ledger[k].units[lane] * (*held.prices[k])[lane]);
      if (value == 0) continue;
      const double least =
          tiers != nullptr ? tiers->table.maintenance(value) : by_leverage->maintenance(value);
      maintenance[lane] += least;
      initial[lane] += tiers != nullptr ? std::max(value / leverage_, least) : by_leverage->initial(value);
    }
}

}  // namespace unhedged::simulation
