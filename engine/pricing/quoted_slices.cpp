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

QuotedSlices::QuotedSlices(const Model& model, const PricedBook& book, double time_years,
                           const std::vector<market::ImpliedCurve>& curves, const std::vector<bool>& used) {
  for (std::size_t curve = 0; curve < curves.size(); ++curve) {
    slices_.emplace_back();
    if (!used[curve]) continue;
    slices_.back() = std::make_unique<Slice>();
    slices_.back()->exact = slice_of(model, book, time_years, curves[curve]);
  }
}

bool QuotedSlices::needs_reach() const {
  return std::ranges::any_of(slices_, [](const auto& slice) { return slice && serves_levels(slice->exact); });
}

void QuotedSlices::prepare(GreekSet greeks, const SurfaceSettings& settings, const Reach& reach) {
  for (const CallColumn column : columns_of(greeks))
    for (const auto& slice : slices_) {
      if (!slice) continue;
      const auto index = static_cast<std::size_t>(column);
      if (!slice->exact.moves_with_level)
        slice->still[index] = std::make_unique<CallSurface>(slice->exact, column, settings);
      else if (serves_levels(slice->exact))
        slice->moving[index] = std::make_unique<LevelSurface>(slice->exact, column, reach, settings);
    }
}

void QuotedSlices::add_column(const Slice& slice, CallColumn column, const market::AssetQuotes& quotes,
                              Lanes& out) {
  const double *x = quotes.log_spot->data(), *quote_level = quotes.quote_level->data();
  const auto index = static_cast<std::size_t>(column);
  if (slice.moving[index]) return slice.moving[index]->add(x, quote_level, out.data());
  if (slice.still[index]) return slice.still[index]->add(x, kLanes, out.data());
  add_exactly(slice.exact, column, x, quote_level, kLanes, out.data());
}

void QuotedSlices::greek_of(const Slice& slice, Greek greek, const market::AssetQuotes& quotes, Lanes& out) {
  if (greek == Greek::delta) {  // every step needs it: straight into its place
    const auto& still = slice.still[static_cast<std::size_t>(CallColumn::shares)];
    if (still) return still->set(slice.exact.linear_units, quotes.log_spot->data(), kLanes, out.data());
    out.fill(slice.exact.linear_units);
    return add_column(slice, CallColumn::shares, quotes, out);
  }
  Lanes columns[3];
  std::size_t count = 0;
  for (const CallColumn column : columns_of(greek)) {
    columns[count].fill(0.0);
    add_column(slice, column, quotes, columns[count++]);
  }
  assemble(slice.exact, greek, quotes.spot->data(), columns, kLanes, out.data());
}

void QuotedSlices::evaluate(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const {
  choose(quotes, slices_.size(), out,
         [&](std::size_t curve, Lanes& lanes) { greek_of(*slices_[curve], greek, quotes, lanes); });
}

void QuotedSlices::evaluate_at_first(Greek greek, const market::AssetQuotes& quotes, Lanes& out) const {
  greek_of(*slices_.front(), greek, quotes, out);
}

SurfaceReport QuotedSlices::report_of(const Slice& slice) {
  SurfaceReport out;
  bool any = false;
  const auto take = [&](const SurfaceReport& one) { out = any ? out.beside(one) : one, any = true; };
  for (std::size_t column = 0; column < kColumns; ++column) {
    if (slice.still[column]) take(slice.still[column]->report());
    if (slice.moving[column]) take(slice.moving[column]->report());
  }
  if (!any) out.exact = slice.exact.call_count();
  return out;
}

void QuotedSlices::report(SurfaceReport& into) const {
  for (const auto& slice : slices_)
    if (slice) into.add(report_of(*slice));
}

}  // namespace unhedged::pricing
