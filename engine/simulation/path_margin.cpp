#include "engine/simulation/path_margin.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::simulation {

const std::vector<Lanes>& BookMoves::gains(std::size_t step, const BookQuotes& now) {
  if (step == step_) return gains_;
  step_ = step;
  market::AssetQuotes quotes = now.quotes;
  quotes.spot = &spot_;
  quotes.log_spot = &log_spot_;
  for (std::size_t g = 0; g < gains_.size(); ++g) {
    const MoveGroup& group = (*groups_)[g];
    const double factor = 1 + group.scenario.move, shift = scalar::log(factor);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      spot_[lane] = (*now.quotes.spot)[lane] * factor;
      log_spot_[lane] = (*now.quotes.log_spot)[lane] + shift;
    }
    gains_[g].fill(INFINITY);
    for (std::size_t way = 0; way < group.ways.size(); ++way) {
      if (!group.ways[way]) continue;
      book_->value(static_cast<margin::VolatilityMove>(way), step, quotes, value_);
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        gains_[g][lane] = std::min(gains_[g][lane], value_[lane] - (*now.value)[lane]);
    }
  }
  return gains_;
}

MatrixMargin::MatrixMargin(const margin::Yardstick& model, std::vector<BookMoves*> moves,
                           std::function<BookQuotes(std::size_t)> book)
    : model_(&std::get<margin::MarginModel>(model.rule)),
      provision_(model.provision),
      groups_(move_groups(*model_)),
      moves_(std::move(moves)),
      book_(std::move(book)) {}

void MatrixMargin::ask(const hedging::MarginedPositions& held, Lanes& initial, Lanes& maintenance) {
  initial.fill(0);
  maintenance.fill(0);
  for (std::size_t a = 0; a < moves_.size(); ++a) ask_of_asset(held, a, initial, maintenance);
}

void MatrixMargin::ask_of_asset(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                                Lanes& maintenance) {
  hedge_.fill(0);
  for (std::size_t k = 0; k < held.lines.size(); ++k) {
    if (held.lines[k].asset != asset) continue;
    const Lanes &units = held.ledger[k].units, &price = *held.prices[k];
    for (std::size_t lane = 0; lane < kLanes; ++lane) hedge_[lane] += units[lane] * price[lane];
  }
  scan(held.book_share, covers_book() ? &moves_[asset]->gains(held.step, book_(asset)) : nullptr);
  add_required(held, asset, initial, maintenance);
}

/// The largest loss that counts, of the share of the book and the hedge.
void MatrixMargin::scan(const Lanes& share, const std::vector<Lanes>* gains) {
  lost_.fill(0);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const margin::MarginScenario& one = groups_[g].scenario;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double book = gains != nullptr ? share[lane] * (*gains)[g][lane] : 0;
      const double loss = -one.weight * (book + one.move * hedge_[lane]) - one.dampener;
      lost_[lane] = std::max(lost_[lane], loss);
    }
  }
}

/// As margin::requirement has it.
void MatrixMargin::add_required(const hedging::MarginedPositions& held, std::size_t asset, Lanes& initial,
                                Lanes& maintenance) const {
  const margin::Charges& charges = model_->charges;
  const bool book = covers_book();
  const double sold = book ? moves_[asset]->book().short_options(held.step) : 0;
  const double linear = book ? moves_[asset]->book().linear_delta(held.step) : 0;
  const BookQuotes now = book_(asset);
  const Lanes& spot = *now.quotes.spot;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double share = book ? held.book_share[lane] : 0, S = spot[lane];
    if (share == 0 && hedge_[lane] == 0) continue;
    const double options = book ? share * S * ((*now.delta)[lane] - linear) : 0,
                 others = share * S * linear + hedge_[lane];
    const double hedged = options * others < 0 ? std::min(std::abs(options), std::abs(others)) : 0;
    const double least =
        std::max(charges.net_delta * std::abs(options + others) + charges.hedged_delta * hedged,
                 charges.short_option_minimum * share * sold);
    const double required = std::max(lost_[lane], least) + charges.short_option * S * share * sold;
    initial[lane] += required + provision_;
    maintenance[lane] += model_->maintenance_factor.value_or(1) * required + provision_;
  }
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
