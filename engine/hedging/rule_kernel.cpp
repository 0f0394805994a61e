#include "engine/hedging/rule_kernels.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

/// Where a desk that trades stops at `rest`.
UNHEDGED_INLINE double where(bool trades, double rest) { return trades ? rest : __builtin_inf(); }

void larger(const Lanes& one, Lanes& rest) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    rest[lane] = one[lane] > rest[lane] ? one[lane] : rest[lane];
}

void smaller(const Lanes& one, Lanes& rest) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    rest[lane] = one[lane] < rest[lane] ? one[lane] : rest[lane];
}

void opposite(Lanes& rest) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) rest[lane] = where(rest[lane] == __builtin_inf(), 0.0);
}

void band(const Lanes& gap, double tolerance, Lanes& rest) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    rest[lane] = where(__builtin_fabs(gap[lane]) > tolerance, 0.0);
}

void cube_root_band(const CubeRootBand& law, const Lanes& half_spread, const Lanes& price, const Lanes& gamma,
                    const Lanes& gap, Lanes& rest) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double cube =
        law.scale * (half_spread[lane] + law.fee) * (price[lane] * (gamma[lane] * gamma[lane]));
    const double sound = cube > 1e-300 ? cube : 1.0;
    const double root = math::exp(math::log(sound) * (1.0 / 3.0));
    const double width = cube > 1e-300 ? root : 0.0;
    rest[lane] = where(__builtin_fabs(gap[lane]) > width, law.stop * width);
  }
}

void moved(const Lanes& log_spot, const Lanes& reference, const Lanes& traded, const Lanes& volatility,
           double deviations, Lanes& rest) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double move = __builtin_fabs(log_spot[lane] - reference[lane]);
    const double most = traded[lane] == 0.0 ? -1.0 : deviations * volatility[lane];
    rest[lane] = where(move > most, 0.0);
  }
}

void note_move(const Lanes& order, const Lanes& log_spot, Lanes& reference, Lanes& traded) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    reference[lane] = order[lane] != 0.0 ? log_spot[lane] : reference[lane];
    traded[lane] = order[lane] != 0.0 ? 1.0 : traded[lane];
  }
}

void above(const Lanes& x, double scale, double limit, Lanes& rest) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) rest[lane] = where(x[lane] * scale > limit, 0.0);
}

void order(const Lanes& gap, const Lanes& rest, Lanes& out) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool trades = __builtin_fabs(gap[lane]) > rest[lane];
    const double left = trades ? rest[lane] : 0.0;
    const double cut = gap[lane] - __builtin_copysign(left, gap[lane]);
    out[lane] = trades ? cut : 0.0;
  }
}

}  // namespace

const RuleKernels rule_kernels{larger, smaller,   opposite, band, cube_root_band,
                               moved,  note_move, above,    order};

}  // namespace unhedged::hedging::UNHEDGED_ISA
