#include "engine/math/elementary.hpp"
#include "engine/pricing/contract_kernels.hpp"

namespace unhedged::pricing::UNHEDGED_ISA {
namespace {

template <class Reference>
UNHEDGED_INLINE int placed(const Placing& how, const double* log_spot, const double* weight,
                           Reference log_reference, double* x) {
  int outside = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double at = log_spot[lane] - log_reference(lane);
    const double kept = weight != nullptr && weight[lane] == 0.0 ? how.inside : at;
    x[lane] = kept;
    outside += static_cast<int>((kept < how.low) | (kept > how.high));
  }
  return outside;
}

int place(const Placing& how, const Lanes& log_spot, const Lanes* weight, Lanes& x) {
  const double* const of_lane = weight == nullptr ? nullptr : weight->data();
  return placed(
      how, log_spot.data(), of_lane, [&how](std::size_t) { return how.log_reference; }, x.data());
}

int place_each(const Placing& how, const Lanes& log_spot, const Lanes* weight, const Lanes& reference,
               Lanes& x) {
  alignas(64) double logs[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    logs[lane] = math::log(how.reference_scale * reference[lane]);
  const double* const of_lane = weight == nullptr ? nullptr : weight->data();
  return placed(
      how, log_spot.data(), of_lane, [&logs](std::size_t lane) { return logs[lane]; }, x.data());
}

void add_weighted(double quantity, const Lanes* weight, const Lanes& column, Lanes& out) {
  if (weight == nullptr) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[lane] = math::fma(quantity, column[lane], out[lane]);
    return;
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] = math::fma(quantity * (*weight)[lane], column[lane], out[lane]);
}

}  // namespace

const ContractKernels contract_kernels{place, place_each, add_weighted};

}  // namespace unhedged::pricing::UNHEDGED_ISA
