#include "engine/pricing/quoted_slices.hpp"

#include <algorithm>
#include <bit>

namespace unhedged::pricing {
namespace {

/// Evaluates `on_curve(curve, out)` for every curve that is up somewhere and takes, path by path, the one
/// that is up there.
template <class Evaluate>
void choose(const market::AssetSnapshot& market, std::size_t curves, Lanes& out, Evaluate on_curve) {
  if (std::has_single_bit(market.curves_present))
    return on_curve(static_cast<std::size_t>(std::countr_zero(market.curves_present)), out);
  Lanes one;
  for (std::size_t curve = 0; curve < curves; ++curve) {
    if ((market.curves_present >> curve & 1) == 0) continue;
    on_curve(curve, one);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (market.curve->value[lane] == curve) out[lane] = one[lane];
  }
}

CallSurface surface_of(const BookSlice& slice, const SurfaceSettings& settings, Wanted wanted) {
  return CallSurface(slice, settings, wanted == Wanted::value);
}

}  // namespace

QuotedSlices::QuotedSlices(const PricedBook& book, double time_years,
                           const std::vector<market::ImpliedCurve>& curves,
                           const std::vector<bool>& used, const SurfaceSettings& settings,
                           Wanted wanted) {
  for (std::size_t curve = 0; curve < curves.size(); ++curve) {
    if (!used[curve]) {
      slices_.emplace_back();
      continue;
    }
    auto slice = std::make_unique<Slice>();
    slice->exact = slice_of(book, time_years, curves[curve]);
    if (!slice->exact.moves_with_level) slice->surface = surface_of(slice->exact, settings, wanted);
    slices_.push_back(std::move(slice));
  }
}

void QuotedSlices::delta_of(const Slice& slice, const market::AssetSnapshot& market, Lanes& out) {
  const double *x = market.log_spot->data(), *level = market.variance->data();
  if (slice.exact.moves_with_level) return exact_delta(slice.exact, x, level, kLanes, out.data());
  out.fill(slice.exact.linear_units);
  slice.surface.add_shares(x, kLanes, out.data());
  for (const SliceBucket* bucket : slice.surface.rest())
    slice_kernels().add_shares(*bucket, x, level, kLanes, out.data());
}

void QuotedSlices::value_of(const Slice& slice, const market::AssetSnapshot& market, Lanes& out) {
  const double *x = market.log_spot->data(), *level = market.variance->data();
  if (slice.exact.moves_with_level)
    return exact_value(slice.exact, x, market.spot->data(), level, kLanes, out.data());
  Lanes cash;
  out.fill(slice.exact.linear_units);
  cash.fill(-slice.exact.linear_cash);
  slice.surface.add_shares(x, kLanes, out.data());
  slice.surface.add_cash(x, kLanes, cash.data());
  for (const SliceBucket* bucket : slice.surface.rest()) {
    slice_kernels().add_shares(*bucket, x, level, kLanes, out.data());
    slice_kernels().add_cash(*bucket, x, level, kLanes, cash.data());
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] = out[lane] * (*market.spot)[lane] - cash[lane];
}

void QuotedSlices::delta(const market::AssetSnapshot& market, Lanes& out) const {
  choose(market, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { delta_of(*slices_[curve], market, lanes); });
}

void QuotedSlices::value(const market::AssetSnapshot& market, Lanes& out) const {
  choose(market, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { value_of(*slices_[curve], market, lanes); });
}

void QuotedSlices::delta_at_first(const market::AssetSnapshot& market, Lanes& out) const {
  delta_of(*slices_.front(), market, out);
}

void QuotedSlices::report(SurfaceReport& into) const {
  for (const auto& slice : slices_) {
    if (!slice) continue;
    const SurfaceReport& mine = slice->surface.report();
    into.interpolated += mine.interpolated;
    into.exact += mine.exact + (slice->exact.moves_with_level ? slice->exact.call_count() : 0);
    into.refused += mine.refused;
    into.worst_error = std::max(into.worst_error, mine.worst_error);
    into.table_bytes += mine.table_bytes;
  }
}

}  // namespace unhedged::pricing
