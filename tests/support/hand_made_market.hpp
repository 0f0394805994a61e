#pragma once
#include <cmath>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/market/tape.hpp"

namespace unhedged::testing {

/// One asset that a test moves by hand: quotes as a desk would see them, and the tape that orders are filled
/// by. The price starts at 100, everything else at nothing.
struct HandMadeMarket {
  Lanes log_spot{}, spot{}, variance{}, jumps{}, half_spread{}, inverse_volume{}, participation{}, funding{};
  LaneIndex curve{};
  std::vector<market::ImpliedCurve> curves;
  std::vector<market::Venue> venues;
  std::vector<Lanes> up;
  market::AssetQuotes quotes;
  market::Tape tape;
  market::TradingMask trading;

  explicit HandMadeMarket(double volatility = 0.2, std::vector<market::Venue> places = {{.share = 1}})
      : curves{market::flat(volatility)}, venues(std::move(places)), up(venues.size()) {
    quotes = {&log_spot, &spot, &variance, curves, &curve, 1};
    tape.price = &spot;
    tape.half_spread = &half_spread;
    tape.variance = &variance;
    tape.jump_variance = &jumps;
    tape.inverse_volume = &inverse_volume;
    tape.participation = &participation;
    tape.funding = &funding;
    tape.venues = venues;
    tape.venue_up = up;
    for (Lanes& lanes : up) lanes.fill(1.0);
    move_to(100);
  }
  HandMadeMarket(const HandMadeMarket&) = delete;

  void move_to(double price) {
    spot.fill(price);
    log_spot.fill(std::log(price / 100));
  }
  void set(std::size_t lane, market::Trading state) {
    trading.state.value[lane] = static_cast<std::uint8_t>(state);
    trading.all_open = false;
    for (std::size_t k = 0; k < kLanes; ++k)
      if (k != lane && trading.at(k) != market::Trading::open) return;
    trading.all_open = state == market::Trading::open;
  }
};

}  // namespace unhedged::testing
