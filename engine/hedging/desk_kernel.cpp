#include "engine/hedging/desk.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

void decide(const Target& target, double tolerance, const Lanes& held, Lanes& order) {
  const double *wanted = target.units->data(), *units = held.data(), factor = target.factor;
  double* out = order.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double gap = math::fma(factor, wanted[lane], -units[lane]);
    out[lane] = __builtin_fabs(gap) > tolerance ? gap : 0.0;
  }
}

void decide_with(const Target& target, double tolerance, const Lanes& held, const Lanes& committed,
                 Lanes& order) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double counted = held[lane] + committed[lane];
    const double gap = math::fma(target.factor, (*target.units)[lane], -counted);
    order[lane] = __builtin_fabs(gap) > tolerance ? gap : 0.0;
  }
}

}  // namespace

const DeskKernels desk_kernels{decide, decide_with};

}  // namespace unhedged::hedging::UNHEDGED_ISA
