#include "engine/hedging/exchange.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

UNHEDGED_INLINE double impact_of(double size, double daily_variance, double alone, double crowding,
                                 const ImpactLaw& law) {
  const double share = alone / math::fma(crowding, alone, 1.0);
  const double power = math::exp(law.exponent * math::log(share > 1e-300 ? share : 1e-300));
  const double felt = share > 0.0 ? power : 0.0;
  return size * __builtin_sqrt(daily_variance) *
         math::fma(law.coefficient, felt, 0.5 * law.permanent * share);
}

/// SquareRoot: exponent 1/2, nothing permanent, no crowd.
template <bool SquareRoot>
void impact_by_law(const Lanes& units, const market::Tape& tape, const ImpactLaw& terms, double share,
                   Lanes& impact) {
  const ImpactLaw law = terms;
  const double days = 1.0 / tape.days_per_year, per_share = 1.0 / share, crowding = tape.crowding;
  const double under_root = law.coefficient * law.coefficient * days * per_share;
  const double *price = tape.price->data(), *variance = tape.variance->data(),
               *jumps = tape.jump_variance->data();
  const double *inverse_volume = tape.inverse_volume->data(), *order = units.data();
  double* out = impact.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double size = __builtin_fabs(order[lane] * price[lane]);
    const double variance_year = variance[lane] + jumps[lane], volumes = size * inverse_volume[lane];
    if constexpr (SquareRoot) out[lane] = size * __builtin_sqrt(under_root * variance_year * volumes);
    else out[lane] = impact_of(size, variance_year * days, volumes * per_share, crowding, law);
  }
}

void impact(const Lanes& units, const market::Tape& tape, const ImpactLaw& law, double share, Lanes& out) {
  if (law.exponent == 0.5 && law.permanent == 0 && tape.crowding == 0)
    impact_by_law<true>(units, tape, law, share, out);
  else impact_by_law<false>(units, tape, law, share, out);
}

}  // namespace

const ExchangeKernels exchange_kernels{impact};

}  // namespace unhedged::hedging::UNHEDGED_ISA
