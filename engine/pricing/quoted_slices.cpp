#include "engine/pricing/quoted_slices.hpp"

#include <bit>

namespace unhedged::pricing {
namespace {

/// Evaluates `slice_on(curve, out)` for every curve that is up somewhere and takes, path by path, the
/// one that is up there.
template <class Evaluate>
void choose(const market::AssetSnapshot& market, std::size_t curves, Lanes& out, Evaluate evaluate) {
  if (std::has_single_bit(market.curves_present))
    return evaluate(static_cast<std::size_t>(std::countr_zero(market.curves_present)), out);
  Lanes one;
  for (std::size_t curve = 0; curve < curves; ++curve) {
    if ((market.curves_present >> curve & 1) == 0) continue;
    evaluate(curve, one);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (market.curve->value[lane] == curve) out[lane] = one[lane];
  }
}

void delta_of(const BookSlice& slice, const market::AssetSnapshot& market, Lanes& out) {
  slice_kernels().delta(slice, market.log_spot->data(), market.variance->data(), out.data());
}

}  // namespace

QuotedSlices::QuotedSlices(const PricedBook& book, double time_years,
                           const std::vector<market::ImpliedCurve>& curves) {
  for (const market::ImpliedCurve& curve : curves)
    slices_.push_back(slice_of(book, time_years, curve));
}

void QuotedSlices::delta(const market::AssetSnapshot& market, Lanes& out) const {
  choose(market, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { delta_of(slices_[curve], market, lanes); });
}

void QuotedSlices::value(const market::AssetSnapshot& market, Lanes& out) const {
  choose(market, slices_.size(), out, [&](std::size_t curve, Lanes& lanes) {
    slice_kernels().value(slices_[curve], market.log_spot->data(), market.spot->data(),
                          market.variance->data(), lanes.data());
  });
}

void QuotedSlices::delta_at_first(const market::AssetSnapshot& market, Lanes& out) const {
  delta_of(slices_.front(), market, out);
}

}  // namespace unhedged::pricing
