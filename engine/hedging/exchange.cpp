#include "engine/hedging/exchange.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {

Exchange::Exchange(const Costs& costs, Volume volume)
    : at_mid_(costs.at_mid),
      own_spread_(costs.half_spread.has_value()),
      fee_(costs.at_mid ? 0 : costs.fee),
      impact_(kNoImpact),
      routing_(volume == Volume::stated ? costs.impact : kNoImpact) {
  if (!at_mid_) impact_ = routing_;
  impact_.exponent = routing_.exponent = costs.impact.exponent;
  half_spread_.fill(costs.half_spread.value_or(0.0));
}

Fill Exchange::fill(const Lanes& units, const market::Tape& tape, const market::Venue& venue,
                    FillRoom& room) const {
  Fill fill{&units, tape.price};
  if (at_mid_) return fill;
  fill.fee = fee_ + venue.fee;
  fill.half_spread = own_spread_ ? &half_spread_ : tape.half_spread;
  if (impact_.is_free()) return fill;
  if (impact_.exponent == 0.5 && impact_.permanent == 0) {
    const double scale = impact_.coefficient * impact_.coefficient / (tape.days_per_year * venue.share);
    fill.root = {tape.variance, tape.jump_variance, tape.inverse_volume, scale, tape.crowding / venue.share};
    return fill;
  }
  exchange_kernels().impact(units, tape, impact_, venue.share, room.impact);
  fill.impact = &room.impact;
  return fill;
}

double Exchange::routing_scale(const market::Tape& tape, std::size_t lane) const {
  if (routing_.coefficient == 0) return 0;
  const double inverse = (*tape.inverse_volume)[lane];
  const double power =
      routing_.exponent == 0.5 ? std::sqrt(inverse) : scalar::power(inverse, routing_.exponent);
  return routing_.coefficient * std::sqrt(tape.daily_variance(lane)) * power;
}

}  // namespace unhedged::hedging
