#include "engine/hedging/exchange.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

void spread(const Lanes& units, const Lanes& price, const Lanes& half_spread, FillRoom& room) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    room.spread[lane] = __builtin_fabs(units[lane] * price[lane]) * half_spread[lane];
}

/// SquareRoot: exponent 1/2, nothing permanent, no crowd.
template <bool SquareRoot>
UNHEDGED_INLINE double impact_of(double size, double daily_variance, double alone, double crowding,
                                 const ImpactLaw& law) {
  if constexpr (SquareRoot) return law.coefficient * size * __builtin_sqrt(daily_variance * alone);
  const double share = alone / math::fma(crowding, alone, 1.0);
  const double power = math::exp(law.exponent * math::log(share > 1e-300 ? share : 1e-300));
  const double felt = share > 0.0 ? power : 0.0;
  return size * __builtin_sqrt(daily_variance) * math::fma(law.coefficient, felt, 0.5 * law.permanent * share);
}

template <bool SquareRoot>
void costs(const Lanes& units, const market::Tape& tape, const Lanes& half_spread, const ImpactLaw& law, double share,
           FillRoom& room) {
  const double days = 1.0 / tape.days_per_year, per_share = 1.0 / share, crowding = tape.crowding;
  const double *price = tape.price->data(), *variance = tape.variance->data(), *jumps = tape.jump_variance->data();
  const double *inverse_volume = tape.inverse_volume->data(), *order = units.data(), *half = half_spread.data();
  double *spread_out = room.spread.data(), *impact_out = room.impact.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double size = __builtin_fabs(order[lane] * price[lane]);
    const double daily_variance = (variance[lane] + jumps[lane]) * days;
    const double alone = size * inverse_volume[lane] * per_share;
    spread_out[lane] = size * half[lane];
    impact_out[lane] = impact_of<SquareRoot>(size, daily_variance, alone, crowding, law);
  }
}

void spread_and_impact(const Lanes& units, const market::Tape& tape, const Lanes& half_spread, const ImpactLaw& law,
                       double share, FillRoom& room) {
  if (law.exponent == 0.5 && law.permanent == 0 && tape.crowding == 0)
    costs<true>(units, tape, half_spread, law, share, room);
  else
    costs<false>(units, tape, half_spread, law, share, room);
}

}  // namespace

const ExchangeKernels exchange_kernels{spread, spread_and_impact};

}  // namespace unhedged::hedging::UNHEDGED_ISA
