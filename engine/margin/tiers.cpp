#include "engine/margin/tiers.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"

namespace unhedged::margin {

TierTable::TierTable(std::vector<Tier> tiers) : tiers_(std::move(tiers)) {
  UNHEDGED_EXPECT(!tiers_.empty() && tiers_.front().from == 0);
  tiers_.front().amount = 0;
  for (std::size_t k = 1; k < tiers_.size(); ++k) {
    UNHEDGED_EXPECT(tiers_[k].from > tiers_[k - 1].from && tiers_[k].rate > tiers_[k - 1].rate);
    tiers_[k].amount = tiers_[k - 1].amount + tiers_[k].from * (tiers_[k].rate - tiers_[k - 1].rate);
  }
  UNHEDGED_EXPECT(tiers_.front().rate > 0 && tiers_.back().rate < 1);
}

const Tier& TierTable::at(double notional) const {
  const auto above = std::ranges::lower_bound(tiers_, notional, {}, &Tier::from);  // first from >= notional
  return above == tiers_.begin() ? tiers_.front() : *std::prev(above);
}

double TierTable::maintenance(double notional) const {
  const Tier& tier = at(notional);
  return notional * tier.rate - tier.amount;
}

/// What is left, wallet + q (P - E), meets |q| P rate - amount at (wallet + amount - q E) / (|q| (rate -
/// side)). Both are straight within a tier and meet once, so that only one tier holds its own price.
std::optional<double> TierTable::liquidation_price(const PerpetualPosition& held) const {
  UNHEDGED_EXPECT(held.units != 0);
  const double size = std::abs(held.units), side = held.units > 0 ? 1 : -1;
  for (std::size_t k = 0; k < tiers_.size(); ++k) {
    const Tier& tier = tiers_[k];
    const double price = (held.wallet + tier.amount - held.units * held.entry) / (size * (tier.rate - side));
    const bool is_last = k + 1 == tiers_.size();
    if (price > 0 && size * price >= tier.from && (is_last || size * price <= tiers_[k + 1].from))
      return price;
  }
  return {};
}

double bankruptcy_price(const PerpetualPosition& held) {
  UNHEDGED_EXPECT(held.units != 0);
  return held.entry - held.wallet / held.units;
}

double inverse_bankruptcy_price(double entry, double leverage, double side) {
  UNHEDGED_EXPECT(leverage + side > 0);
  return entry * leverage / (leverage + side);
}

std::optional<double> LeverageRule::price_at(double share, double units, double price, double equity) const {
  UNHEDGED_EXPECT(units != 0);
  const double size = std::abs(units), side = units > 0 ? 1 : -1, rate = share / most_leverage;
  const double available = equity - rate * size * price;
  const double out = price - side * available / size / (1 - rate * side);
  if (!(out > 0)) return {};
  return out;
}

Liquidation liquidation(const LeverageRule& rule, double notional, double equity) {
  const double maintenance = rule.maintenance(notional);
  if (equity >= maintenance) return {};
  if (equity < rule.backstop_below * maintenance) return {Liquidation::By::backstop, 1, 0};
  if (notional > rule.whole_below) return {Liquidation::By::market, rule.first_part, rule.pause_seconds};
  return {Liquidation::By::market, 1, 0};
}

}  // namespace unhedged::margin
