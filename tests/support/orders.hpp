#pragma once
#include <cmath>

#include "engine/hedging/desk.hpp"
#include "tests/support/hand_made_market.hpp"

namespace unhedged::testing {

/// A market whose prices differ by lane, one of them negative, with spreads, volume and jumps.
struct UnevenMarket : HandMadeMarket {
  static constexpr double kDays = 252, kSpread = 0.001, kInverseVolume = 1e-5;

  explicit UnevenMarket(std::vector<market::Venue> places = {{.share = 1}})
      : HandMadeMarket(0.2, std::move(places)) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      spot[lane] = lane % 7 == 6 ? -20.0 : 100.0 + static_cast<double>(lane);
    variance.fill(0.09);
    jumps.fill(0.07);
    half_spread.fill(kSpread);
    inverse_volume.fill(kInverseVolume);
    tape.days_per_year = kDays;
  }
  double daily_volatility() const { return std::sqrt(0.16 / kDays); }
};

inline hedging::Costs costs_with(double fee, double y, double exponent, double permanent) {
  hedging::Costs costs;
  costs.fee = fee;
  costs.impact.coefficient = y;
  costs.impact.exponent = exponent;
  costs.impact.permanent = permanent;
  return costs;
}

inline hedging::Costs free_of_costs() {
  hedging::Costs costs;
  costs.at_mid = true;
  return costs;
}

inline bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * (1 + std::abs(b)); }

}  // namespace unhedged::testing
