#include "engine/risk/moments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/risk/intervals.hpp"

namespace unhedged::risk {
namespace {

constexpr std::size_t kMomentBlock = 4096;  // stays in the cache for all three powers

/// Spread of influence(z) over the standardised sample.
template <class Influence>
Spread standardised_spread(const Sample& sample, const Moments& m, Influence influence) {
  const double per_unit = 1 / m.unit, scale = 1 / std::sqrt(m.m2), mean = m.mean * per_unit;
  const double* x = sample.pnl().data();
  return spread(sample, 0.0, [=](std::size_t i) { return influence((x[i] * per_unit - mean) * scale); });
}

/// Whether all that counts is one number, and which.
bool is_constant(const Sample& sample, double& value) {
  return sample.with_weights([&](auto weight) {
    const auto counts = [&](std::size_t i) { return weight(i) > 0; };
    std::size_t first = 0;
    while (first < sample.size() && !counts(first)) ++first;
    if (first == sample.size()) return false;
    value = sample[first];
    for (std::size_t i = first; i < sample.size(); ++i)
      if (counts(i) && sample[i] != value) return false;
    return true;
  });
}

/// Sums of weight d^k for k = 2, 3, 4 and d = deviation(i).
template <class Weight, class Deviation>
std::array<double, 3> weighted_sums(std::size_t count, Weight weight, Deviation deviation) {
  const auto sum = [&](auto power) {
    return blocked_sum(count, [=](std::size_t i) { return weight(i) * power(deviation(i)); });
  };
  return {sum([](double d) { return d * d; }), sum([](double d) { return d * d * d; }),
          sum([](double d) { return (d * d) * (d * d); })};
}

template <class Weight>
void fill_moments(const Sample& sample, Weight weight, Moments& m) {
  const double n = sample.effective(), per_unit = 1 / m.unit;
  const double* x = sample.pnl().data();
  const double mean =
      blocked_sum(sample.size(), [=](std::size_t i) { return weight(i) * (x[i] * per_unit); }) / n;
  CompensatedSum sum2, sum3, sum4;
  for (std::size_t first = 0; first < sample.size(); first += kMomentBlock) {
    const std::size_t count = std::min(kMomentBlock, sample.size() - first);
    const auto deviation = [=](std::size_t i) { return x[first + i] * per_unit - mean; };
    const auto sums = sample.is_weighted()
                          ? weighted_sums(
                                count, [=](std::size_t i) { return weight(first + i); }, deviation)
                          : sums_of_powers(count, deviation);
    sum2.add(sums[0]);
    sum3.add(sums[1]);
    sum4.add(sums[2]);
  }
  m.mean = mean * m.unit;
  m.m2 = sum2.value() / n;
  m.m3 = sum3.value() / n;
  m.m4 = sum4.value() / n;
}

/// Of the mean, in the unit of the moments.
Spread mean_spread(const Sample& sample, const Moments& m) {
  const double n = sample.effective(), per_unit = 1 / m.unit;
  if (!sample.is_weighted()) return spread_of(m.m2 * n, m.m3 * n, n);
  return spread(sample, m.mean * per_unit, [&](std::size_t i) { return sample[i] * per_unit; });
}

}  // namespace

double Moments::sd() const { return std::sqrt(m2) * unit; }
double Moments::skewness() const { return m2 > 0 ? m3 / std::pow(m2, 1.5) : 0; }
double Moments::kurtosis() const { return m2 > 0 ? m4 / (m2 * m2) : 3; }

Moments moments(const Sample& sample) {
  Moments m;
  m.unit = unit_of(sample.pnl());
  // A mean of equal numbers may be off by their last digit, and so have a spread.
  if (is_constant(sample, m.mean)) return m;
  sample.with_weights([&](auto weight) { fill_moments(sample, weight, m); });
  return m;
}

Estimate estimate_mean(const Sample& sample, const Moments& m, double confidence) {
  const double n = sample.effective();
  if (n < 2) return without_interval(m.mean);
  return times(widest_interval(m.mean / m.unit, mean_spread(sample, m), n - 1, confidence), m.unit);
}

Estimate ratio_of_means(const Sample& first, const Sample& second, double confidence) {
  UNHEDGED_EXPECT(first.has_weights_of(second));
  const Moments a = moments(first), b = moments(second);
  const double per_unit = 1 / std::max(a.unit, b.unit), n = second.effective();
  const double *x = first.pnl().data(), *y = second.pnl().data();
  const JointSums sums = joint_sums(
      second, a.mean * per_unit, b.mean * per_unit, [=](std::size_t i) { return x[i] * per_unit; },
      [=](std::size_t i) { return y[i] * per_unit; });
  const Estimate less = one_minus_ratio(sums, std::max(1.0, n - 1), confidence);
  const Estimate out{1 - less.value, 1 - less.upper, 1 - less.lower, less.standard_error, less.known};
  return n < kFewestPoints && out.known != Known::nothing ? without_interval(out.value) : out;
}

Estimate estimate_sd(const Sample& sample, const Moments& m, double confidence) {
  if (m.m2 <= 0) return {};
  const double n = sample.effective(), sd = std::sqrt(m.m2);
  const Spread errors = standardised_spread(sample, m, [=](double z) { return 0.5 * sd * (z * z - 1); });
  return times(n < kFewestPoints ? without_interval(sd, errors.standard_error)
                                 : widest_interval(sd, errors, n - 1, confidence),
               m.unit);
}

Estimate estimate_skewness(const Sample& sample, const Moments& m) {
  if (m.m2 <= 0) return undefined();
  const double g = m.skewness();
  const auto influence = [g](double z) { return z * z * z - g - 3 * z - 1.5 * g * (z * z - 1); };
  return without_interval(g, standardised_spread(sample, m, influence).standard_error);
}

Estimate estimate_excess_kurtosis(const Sample& sample, const Moments& m) {
  if (m.m2 <= 0) return undefined();
  const double g = m.skewness(), k = m.kurtosis();
  const auto influence = [g, k](double z) { return z * z * z * z - k - 4 * g * z - 2 * k * (z * z - 1); };
  return without_interval(k - 3, standardised_spread(sample, m, influence).standard_error);
}

MomentEstimates estimate_moments(const Sample& sample, double confidence) {
  const Moments m = moments(sample);
  return {estimate_mean(sample, m, confidence), estimate_sd(sample, m, confidence),
          estimate_skewness(sample, m), estimate_excess_kurtosis(sample, m)};
}

}  // namespace unhedged::risk
