#include "engine/hedging/target.hpp"

namespace unhedged::hedging {

DeltaTarget::DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
                         std::vector<market::ImpliedCurve> quotes,
                         std::vector<std::vector<bool>> used, double dt_years,
                         const pricing::SurfaceSettings& settings)
    : book_(&book),
      curves_(std::move(quotes)),
      used_(std::move(used)),
      dt_years_(dt_years),
      settings_(settings),
      follows_quotes_(!belief.fixed_volatility),
      slices_(used_.size()) {
  if (follows_quotes_) return;
  curves_ = {market::flat(*belief.fixed_volatility)};
  for (std::vector<bool>& row : used_) row = {true};
}

void DeltaTarget::prepare(std::size_t step) {
  slices_[step].emplace(*book_, static_cast<double>(step) * dt_years_, curves_, used_[step],
                        settings_, pricing::Wanted::delta);
}

void DeltaTarget::delta(std::size_t step, const market::AssetSnapshot& market, Lanes& delta) const {
  if (follows_quotes_) return slices_[step]->delta(market, delta);
  slices_[step]->delta_at_first(market, delta);
}

void DeltaTarget::report(pricing::SurfaceReport& into) const {
  for (const auto& slice : slices_)
    if (slice) slice->report(into);
}

}  // namespace unhedged::hedging
