#include "engine/pricing/quoted_slices.hpp"

#include <algorithm>
#include <bit>

namespace unhedged::pricing {
namespace {

/// Evaluates `on_curve(curve, out)` for every curve that is up somewhere and takes, path by path, the one
/// that is up there.
template <class Evaluate>
void choose(const market::AssetQuotes& quotes, std::size_t curves, Lanes& out, Evaluate on_curve) {
  if (std::has_single_bit(quotes.curves_present))
    return on_curve(static_cast<std::size_t>(std::countr_zero(quotes.curves_present)), out);
  Lanes one;
  for (std::size_t curve = 0; curve < curves; ++curve) {
    if ((quotes.curves_present >> curve & 1) == 0) continue;
    on_curve(curve, one);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (quotes.curve->value[lane] == curve) out[lane] = one[lane];
  }
}

bool serves_levels(const BookSlice& slice) {
  return slice.moves_with_level && slice.call_count() >= kFewestForLevels;
}

}  // namespace

QuotedSlices::QuotedSlices(const PricedBook& book, double time_years,
                           const std::vector<market::ImpliedCurve>& curves,
                           const std::vector<bool>& used, Wanted wanted)
    : wanted_(wanted) {
  for (std::size_t curve = 0; curve < curves.size(); ++curve) {
    slices_.emplace_back();
    if (!used[curve]) continue;
    slices_.back() = std::make_unique<Slice>();
    slices_.back()->exact = slice_of(book, time_years, curves[curve]);
  }
}

std::vector<const BookSlice*> QuotedSlices::for_levels() const {
  std::vector<const BookSlice*> out;
  for (const auto& slice : slices_)
    if (slice && serves_levels(slice->exact)) out.push_back(&slice->exact);
  return out;
}

void QuotedSlices::prepare(const SurfaceSettings& settings, const Reach& reach, const RowsOfBook* rows) {
  const bool with_cash = wanted_ == Wanted::value;
  for (const auto& slice : slices_) {
    if (!slice) continue;
    if (!slice->exact.moves_with_level)
      slice->surface = std::make_unique<CallSurface>(slice->exact, settings, with_cash);
    else if (rows != nullptr && serves_levels(slice->exact))
      slice->levels = std::make_unique<LevelSurface>(slice->exact, reach, *rows, settings, with_cash);
  }
}

void QuotedSlices::delta_of(const Slice& slice, const market::AssetQuotes& quotes, Lanes& out) {
  const double *x = quotes.log_spot->data(), *level = quotes.level->data();
  if (slice.levels && slice.levels->usable()) return slice.levels->delta(x, level, out.data());
  if (!slice.surface) return exact_delta(slice.exact, x, level, kLanes, out.data());
  out.fill(slice.exact.linear_units);
  slice.surface->add_shares(x, kLanes, out.data());
  for (const SliceBucket* bucket : slice.surface->rest())
    slice_kernels().add_shares(*bucket, x, level, kLanes, out.data());
}

void QuotedSlices::value_of(const Slice& slice, const market::AssetQuotes& quotes, Lanes& out) {
  const double *x = quotes.log_spot->data(), *spot = quotes.spot->data(), *level = quotes.level->data();
  if (slice.levels && slice.levels->usable()) return slice.levels->value(x, spot, level, out.data());
  if (!slice.surface) return exact_value(slice.exact, x, spot, level, kLanes, out.data());
  Lanes cash;
  out.fill(slice.exact.linear_units);
  cash.fill(-slice.exact.linear_cash);
  slice.surface->add_shares(x, kLanes, out.data());
  slice.surface->add_cash(x, kLanes, cash.data());
  for (const SliceBucket* bucket : slice.surface->rest()) {
    slice_kernels().add_shares(*bucket, x, level, kLanes, out.data());
    slice_kernels().add_cash(*bucket, x, level, kLanes, cash.data());
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] = out[lane] * spot[lane] - cash[lane];
}

void QuotedSlices::delta(const market::AssetQuotes& quotes, Lanes& out) const {
  choose(quotes, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { delta_of(*slices_[curve], quotes, lanes); });
}

void QuotedSlices::value(const market::AssetQuotes& quotes, Lanes& out) const {
  choose(quotes, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { value_of(*slices_[curve], quotes, lanes); });
}

void QuotedSlices::delta_at_first(const market::AssetQuotes& quotes, Lanes& out) const {
  delta_of(*slices_.front(), quotes, out);
}

void QuotedSlices::report(SurfaceReport& into) const {
  for (const auto& slice : slices_) {
    if (!slice) continue;
    if (slice->surface) into.add(slice->surface->report());
    else if (slice->levels) into.add(slice->levels->report());
    else into.exact += slice->exact.call_count();
  }
}

}  // namespace unhedged::pricing
