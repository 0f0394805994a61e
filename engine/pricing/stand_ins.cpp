#include "engine/pricing/stand_ins.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/math/dyadic.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

using math::kStencil;
using math::kStencilBefore;

/// Shortest life at the end of a stretch, over its length and over a usual step.
constexpr double kNearest = 0.1, kNearestSteps = 0.5;

/// Calls that are being collected for one expiry.
struct Pile {
  double expiry_years;
  std::vector<double> log_strike, quantity, strike_quantity;

  CallArrays sorted() const;
};

/// Ascending, those of one strike in one.
CallArrays Pile::sorted() const {
  std::vector<std::size_t> order(log_strike.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return log_strike[i]; });
  CallArrays out;
  out.expiry_years = expiry_years;
  for (const std::size_t i : order) {
    if (out.log_strike.empty() || log_strike[i] != out.log_strike.back()) {
      out.log_strike.push_back(log_strike[i]);
      out.quantity.push_back(0);
      out.strike_quantity.push_back(0);
    }
    out.quantity.back() += quantity[i];
    out.strike_quantity.back() += strike_quantity[i];
  }
  out.sum_gross();
  return out;
}

/// So that their forwards, discounts and moneyness at any time are those of the calls they stand in for.
void put(const CallArrays& calls, const Carry& carry, double weight, Pile& pile) {
  const double longer = pile.expiry_years - calls.expiry_years;
  const double shares = weight * scalar::exp(carry.yield * longer),
               cash = weight * scalar::exp(carry.rate * longer);
  for (std::size_t i = 0; i < calls.quantity.size(); ++i) {
    pile.log_strike.push_back(calls.log_strike[i] + (carry.rate - carry.yield) * longer);
    pile.quantity.push_back(shares * calls.quantity[i]);
    pile.strike_quantity.push_back(cash * calls.strike_quantity[i]);
  }
}

}  // namespace

StandIns::StandIns(std::span<const CallArrays* const> smooth, const Carry& carry,
                   std::span<const double> times_years, std::size_t few, const Density& density)
    : carry_(carry), times_(times_years), few_(few), density_(density) {
  if (!times_.empty()) divide(0, times_.size(), {smooth.begin(), smooth.end()});
}

void StandIns::divide(std::size_t first, std::size_t end, std::vector<const CallArrays*> alive) {
  const double last = times_[end - 1], length = last - times_[first];
  const double usual =
      (times_.back() - times_.front()) / static_cast<double>(std::max<std::size_t>(1, times_.size() - 1));
  const double nearest = std::max({kNearest * length, kNearestSteps * usual, 2 * instruments::kExpiredYears});
  const auto far = std::ranges::partition_point(
      alive, [&](const CallArrays* calls) { return calls->expiry_years - last < nearest; });
  const std::span<const CallArrays* const> near(alive.begin(), far);
  Stretch stretch{first, end, represent({far, alive.end()}, last)};
  if (near.size() <= few_ || end - first == 1) {
    stretch.expiries.insert(stretch.expiries.end(), near.begin(), near.end());
    stretches_.push_back(std::move(stretch));
    return;
  }
  if (!stretch.expiries.empty()) stretches_.push_back(std::move(stretch));
  const std::size_t middle = first + (end - first) / 2;
  for (const auto& [begin, stop] : {std::pair{first, middle}, std::pair{middle, end}}) {
    std::vector<const CallArrays*> left;
    for (const CallArrays* calls : near)
      if (instruments::outlives(calls->expiry_years, times_[begin])) left.push_back(calls);
    if (!left.empty()) divide(begin, stop, std::move(left));
  }
}

/// Those at equal steps of log(expiry - from), or the expiries themselves if these are fewer.
std::vector<const CallArrays*> StandIns::represent(std::span<const CallArrays* const> far,
                                                   double from_years) {
  if (far.empty()) return {};
  const auto place = [&](const CallArrays* calls) {
    return scalar::log(calls->expiry_years - from_years) / density_.step;
  };
  const auto before = static_cast<double>(kStencilBefore);
  const double first = std::floor(place(far.front())) - before;
  const auto count = static_cast<std::size_t>(std::floor(place(far.back())) - before - first) + kStencil;
  if (far.size() <= count) return {far.begin(), far.end()};
  std::vector<Pile> piles(count);
  for (std::size_t i = 0; i < count; ++i)
    piles[i].expiry_years = from_years + scalar::exp(density_.step * (first + static_cast<double>(i)));
  for (const CallArrays* calls : far) {
    const double at = place(calls), start = std::floor(at) - before;
    double weight[kStencil];
    math::lagrange_weights(at - start, weight);
    for (std::size_t k = 0; k < kStencil; ++k)
      put(*calls, carry_, weight[k], piles[static_cast<std::size_t>(start - first) + k]);
  }
  std::vector<const CallArrays*> out;
  for (const Pile& pile : piles)
    if (!pile.log_strike.empty()) out.push_back(&made_.emplace_back(pile.sorted()));
  return out;
}

}  // namespace unhedged::pricing
