#include "engine/hedging/exchange.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

void impact(const Lanes& units, const market::Tape& tape, const ImpactLaw& terms, double share, Lanes& out) {
  const ImpactLaw law = terms;
  const double days = 1.0 / tape.days_per_year, per_share = 1.0 / share, crowding = tape.crowding;
  const double *price = tape.price->data(), *variance = tape.variance->data(),
               *jumps = tape.jump_variance->data();
  const double *inverse_volume = tape.inverse_volume->data(), *order = units.data();
  double* to = out.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double size = __builtin_fabs(order[lane] * price[lane]);
    const double daily_variance = (variance[lane] + jumps[lane]) * days;
    const double alone = size * inverse_volume[lane] * per_share;
    const double volumes = alone / math::fma(crowding, alone, 1.0);
    const double power = math::exp(law.exponent * math::log(volumes > 1e-300 ? volumes : 1e-300));
    const double felt = volumes > 0.0 ? power : 0.0;
    to[lane] = size * __builtin_sqrt(daily_variance) *
               math::fma(law.coefficient, felt, 0.5 * law.permanent * volumes);
  }
}

}  // namespace

const ExchangeKernels exchange_kernels{impact};

}  // namespace unhedged::hedging::UNHEDGED_ISA
