#include "engine/risk/weighted_tail.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/risk/distributions.hpp"
#include "engine/risk/intervals.hpp"
#include "engine/risk/ranks.hpp"

namespace unhedged::risk {
namespace {

constexpr double kMostRanks = 1e9;  // beyond, an interval would only be narrower

/// Positions of the points that count, the largest loss first.
std::vector<std::size_t> by_loss(const Sample& sample) {
  std::vector<std::size_t> order(sample.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  sample.with_weights(
      [&](auto weight) { std::erase_if(order, [&](std::size_t i) { return !(weight(i) > 0); }); });
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return sample[a] < sample[b] || (sample[a] == sample[b] && a < b);
  });
  return order;
}

/// Sums of power(x) over what comes before each element, and over all of them.
template <class Power>
std::vector<double> sums_before(const std::vector<double>& x, Power power) {
  std::vector<double> out{0.0};
  CompensatedSum sum;
  for (const double v : x) {
    sum.add(power(v));
    out.push_back(sum.value());
  }
  return out;
}

}  // namespace

WeightedTail::WeightedTail(const Sample& sample) : effective_(sample.effective()), cubes_(sample.cubes()) {
  const std::vector<std::size_t> order = by_loss(sample);
  for (const std::size_t i : order) losses_.push_back(-sample[i]);
  sample.with_weights([&](auto weight) {
    for (const std::size_t i : order) weights_.push_back(weight(i));
  });
  above_ = sums_before(weights_, [](double v) { return v; });
  squares_ = sums_before(weights_, [](double v) { return v * v; });
  cubed_ = sums_before(weights_, [](double v) { return v * v * v; });
  unit_ = unit_of(losses_);
}

std::size_t WeightedTail::at(double level) const {
  const double rounding = 1e-9 * std::max(1.0, effective_ * level * 1e-6);
  const auto beyond = std::ranges::upper_bound(above_, effective_ * (1 - level) + rounding);
  const auto index = static_cast<std::size_t>(beyond - above_.begin());
  return std::min(index, losses_.size()) - 1;
}

double WeightedTail::points(double level) const {
  const std::size_t edge = at(level);
  const double mass = effective_ * (1 - level), part = std::max(0.0, mass - above_[edge]);
  return mass * (mass / (squares_[edge] + part * weights_[edge]));
}

Estimate WeightedTail::value_at_risk(double level, double confidence) const {
  const std::size_t index = at(level);
  const double value = losses_[index];
  const WeightedHits seen{above_[index], effective_ - above_[index], squares_[index],
                          effective_ - squares_[index]};
  if (index == 0) return without_interval(value);
  const double n = std::floor(std::min(kMostRanks, effective_number(seen) * (1 + 1e-9)));
  if (n < 1) return without_interval(value);
  const RankInterval ranks = quantile_ranks(static_cast<std::uint64_t>(n), level, confidence);
  const double low = static_cast<double>(ranks.lower), high = static_cast<double>(ranks.upper);
  if (low < 1 || high > n) return without_interval(value);
  const double lower = losses_[at(low / n)], upper = losses_[at(high / n)], z = two_sided_z(confidence);
  return {value, lower, upper, (upper / unit_ - lower / unit_) / (2 * z) * unit_};
}

Estimate WeightedTail::expected_shortfall(double level, double confidence) const {
  const std::size_t index = at(level);
  const double in_tail = effective_ * (1 - level), per_unit = 1 / unit_, edge = losses_[index] * per_unit;
  const double part = std::max(0.0, in_tail - above_[index]), per_tail = 1 / (1 - level);
  const auto sum = [&](auto term) {
    return blocked_sum(index, [&](std::size_t i) { return term(weights_[i], losses_[i] * per_unit); });
  };
  const double shortfall = (sum([](double v, double x) { return v * x; }) + part * edge) / in_tail;
  const double excess = shortfall - edge;
  const auto centred = [=](double v, double x) { return v * ((x - edge) * per_tail - excess); };
  const double two = sum([=](double v, double x) { return centred(v, x) * centred(v, x); }) +
                     (effective_ - squares_[index]) * excess * excess;
  const double three =
      sum([=](double v, double x) { return centred(v, x) * centred(v, x) * centred(v, x); }) -
      (cubes_ - cubed_[index]) * excess * excess * excess;
  const double count = points(level);
  if (!(count > kFewestPoints * (1 - 1e-9))) return times(without_interval(shortfall), unit_);
  return times(skewed_interval(shortfall, spread_of(two, three, effective_), 2 * count, confidence), unit_);
}

}  // namespace unhedged::risk
