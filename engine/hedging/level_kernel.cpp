#include "engine/hedging/own_quotes.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

UNHEDGED_INLINE double bounded(double variance) {
  const double above = variance > pricing::kLeastOwnVariance ? variance : pricing::kLeastOwnVariance;
  return above < pricing::kGreatestOwnVariance ? above : pricing::kGreatestOwnVariance;
}

void decay(double keep, double add, const Lanes& log_spot, Lanes& last, Lanes& mean, Lanes& level) {
  const double* x = log_spot.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double move = x[lane] - last[lane];
    mean[lane] = math::fma(keep, mean[lane], add * (move * move));
    last[lane] = x[lane];
    level[lane] = bounded(mean[lane]);
  }
}

void slide(double prior, double per_year, const Lanes& log_spot, Lanes& last, Lanes& oldest, Lanes& sum,
           Lanes& level) {
  const double* x = log_spot.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double move = x[lane] - last[lane], square = move * move;
    sum[lane] += square - oldest[lane];
    oldest[lane] = square;
    last[lane] = x[lane];
    level[lane] = bounded((sum[lane] + prior) * per_year);
  }
}

}  // namespace

const LevelKernels level_kernels{decay, slide};

}  // namespace unhedged::hedging::UNHEDGED_ISA
