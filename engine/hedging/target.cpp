#include "engine/hedging/target.hpp"

namespace unhedged::hedging {

DeltaTarget::DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
                         const std::vector<market::ImpliedCurve>& quotes,
                         const std::vector<std::vector<bool>>& used, const TimeGrid& grid,
                         const pricing::SurfaceSettings& settings)
    : settings_(settings), follows_quotes_(!belief.fixed_volatility), reach_(used.size()) {
  const std::vector<market::ImpliedCurve> own =
      follows_quotes_ ? quotes : std::vector{market::flat(*belief.fixed_volatility)};
  for (std::size_t step = 0; step < used.size(); ++step)
    slices_.emplace_back(book, grid.time(step), own,
                         follows_quotes_ ? used[step] : std::vector<bool>{true},
                         pricing::Wanted::delta);
}

bool DeltaTarget::needs_reach() const {
  for (const pricing::QuotedSlices& slice : slices_)
    if (!slice.for_levels().empty()) return true;
  return false;
}

void DeltaTarget::prepare_rows(const std::vector<pricing::Reach>& reach) {
  if (!needs_reach()) return;
  reach_ = reach;
  std::vector<const pricing::BookSlice*> slices;
  std::vector<pricing::Reach> where;
  for (std::size_t step = 0; step < slices_.size(); ++step)
    for (const pricing::BookSlice* slice : slices_[step].for_levels()) {
      slices.push_back(slice);
      where.push_back(reach[step]);
    }
  rows_.emplace(slices, where, false);
}

void DeltaTarget::prepare(std::size_t step) {
  slices_[step].prepare(settings_, reach_[step], rows_ ? &*rows_ : nullptr);
}

void DeltaTarget::delta(std::size_t step, const market::AssetQuotes& quotes, Lanes& delta) const {
  if (follows_quotes_) return slices_[step].delta(quotes, delta);
  slices_[step].delta_at_first(quotes, delta);
}

void DeltaTarget::report(pricing::SurfaceReport& into) const {
  for (const pricing::QuotedSlices& slice : slices_) slice.report(into);
}

}  // namespace unhedged::hedging
