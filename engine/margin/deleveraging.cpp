#include "engine/margin/deleveraging.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"

namespace unhedged::margin {
namespace {

/// A return by a leverage for winners, over it for losers.
double product_rule(double gain, double leverage) { return gain >= 0 ? gain * leverage : gain / leverage; }

double profit_of(const AdlCandidate& held, double mark) { return held.units * (mark - held.entry); }

double leverage_of(const AdlCandidate& held, double mark) {
  return std::abs(held.units) * mark / (held.wallet + profit_of(held, mark));
}

}  // namespace

double hyperliquid_index(const AdlCandidate& held, double mark, PriceRatio ratio) {
  UNHEDGED_EXPECT(held.units != 0 && held.entry > 0 && mark > 0);
  const bool turned = ratio == PriceRatio::of_side && held.units < 0;
  return (turned ? held.entry / mark : mark / held.entry) * leverage_of(held, mark);
}

double adl_rank(AdlRule rule, const AdlCandidate& held, double mark) {
  UNHEDGED_EXPECT(held.units != 0 && held.entry > 0 && mark > 0);
  const double size = std::abs(held.units), profit = profit_of(held, mark);
  if (rule == AdlRule::hyperliquid)
    return profit > 0 ? hyperliquid_index(held, mark, PriceRatio::of_side) : 0;
  UNHEDGED_EXPECT(held.wallet + profit > 0);
  const double value = size * (rule == AdlRule::binance ? mark : held.entry);
  return product_rule(profit / value, leverage_of(held, mark));
}

std::vector<AdlClosure> deleverage(AdlRule rule, const std::vector<AdlCandidate>& all,
                                   const BankruptPosition& bankrupt, double mark) {
  struct Place {
    std::size_t candidate;
    double rank;
  };
  std::vector<Place> order;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!(all[i].units * bankrupt.units < 0) || all[i].wallet + profit_of(all[i], mark) <= 0) continue;
    const double rank = adl_rank(rule, all[i], mark);
    if (rule != AdlRule::hyperliquid || rank > 0) order.push_back({i, rank});
  }
  std::ranges::stable_sort(order, std::greater<>(), &Place::rank);
  std::vector<AdlClosure> out;
  double open = std::abs(bankrupt.units);
  const double side = bankrupt.units > 0 ? 1 : -1;
  for (const Place& place : order) {
    if (!(open > 0)) break;
    const double closed = std::min(open, std::abs(all[place.candidate].units));
    out.push_back({place.candidate, closed, closed * side * (bankrupt.price - mark)});
    open -= closed;
  }
  return out;
}

double beyond_fund(double fund, double loss, double most_drawdown) {
  return std::max(0.0, loss - most_drawdown * fund);
}

}  // namespace unhedged::margin
