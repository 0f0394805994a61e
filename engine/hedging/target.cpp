#include "engine/hedging/target.hpp"

namespace unhedged::hedging {

DeltaTarget::DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
                         const std::vector<market::ImpliedCurve>& quotes, std::size_t steps,
                         double dt_years)
    : follows_quotes_(!belief.fixed_volatility) {
  const std::vector<market::ImpliedCurve> own =
      follows_quotes_ ? quotes : std::vector{market::flat(*belief.fixed_volatility)};
  slices_.reserve(steps);
  for (std::size_t step = 0; step < steps; ++step)
    slices_.emplace_back(book, static_cast<double>(step) * dt_years, own);
}

void DeltaTarget::delta(std::size_t step, const market::AssetSnapshot& market, Lanes& delta) const {
  if (follows_quotes_) return slices_[step].delta(market, delta);
  slices_[step].delta_at_first(market, delta);
}

}  // namespace unhedged::hedging
