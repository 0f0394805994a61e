#include "engine/risk/moments.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/intervals.hpp"

namespace unhedged::risk {
namespace {

constexpr std::size_t kMomentBlock = 4096;  // stays in the cache for all three powers

/// Spread of influence(z) over the standardised sample.
template <class Influence>
Spread standardised_spread(std::span<const double> sample, const Moments& m, Influence influence) {
  const double per_unit = 1 / m.unit, scale = 1 / std::sqrt(m.m2), mean = m.mean * per_unit;
  const double* x = sample.data();
  const auto term = [=](std::size_t i) { return influence((x[i] * per_unit - mean) * scale); };
  return spread(sample.size(), 0.0, term);
}

}  // namespace

double power_of_two_near(double size) {
  if (!(size > 0) || !std::isfinite(size)) return 1;
  return std::ldexp(1.0, std::clamp(std::ilogb(size), -1000, 1000));
}

double unit_of(std::span<const double> sample) {
  double largest = 0;
  for (const double x : sample) largest = std::max(largest, std::abs(x));
  return power_of_two_near(largest);
}

double Moments::sd() const { return std::sqrt(m2) * unit; }
double Moments::skewness() const { return m2 > 0 ? m3 / std::pow(m2, 1.5) : 0; }
double Moments::kurtosis() const { return m2 > 0 ? m4 / (m2 * m2) : 3; }

Moments moments(std::span<const double> sample) {
  Moments m;
  const double n = static_cast<double>(sample.size());
  const double* x = sample.data();
  m.unit = unit_of(sample);
  const auto [least, most] = std::ranges::minmax(sample);
  if (least == most) {  // a mean of equal numbers may be off by their last digit, and so have a spread
    m.mean = least;
    return m;
  }
  const double per_unit = 1 / m.unit;
  const double mean = blocked_sum(sample.size(), [=](std::size_t i) { return x[i] * per_unit; }) / n;
  CompensatedSum sum2, sum3, sum4;
  for (std::size_t first = 0; first < sample.size(); first += kMomentBlock) {
    const std::size_t count = std::min(kMomentBlock, sample.size() - first);
    const auto central = [&](auto power) {
      const double* block = x + first;
      return blocked_sum(count, [=](std::size_t i) { return power(block[i] * per_unit - mean); });
    };
    sum2.add(central([](double d) { return d * d; }));
    sum3.add(central([](double d) { return d * d * d; }));
    sum4.add(central([](double d) { return (d * d) * (d * d); }));
  }
  m.mean = mean * m.unit;
  m.m2 = sum2.value() / n;
  m.m3 = sum3.value() / n;
  m.m4 = sum4.value() / n;
  return m;
}

Estimate estimate_mean(std::span<const double> sample, const Moments& m, double confidence) {
  const double n = static_cast<double>(sample.size());
  if (n < 2) return without_interval(m.mean);
  const Spread spread = spread_of(m.m2 * n, m.m3 * n, n);
  return times(widest_interval(m.mean / m.unit, spread, n - 1, confidence), m.unit);
}

MomentEstimates estimate_moments(std::span<const double> sample, double confidence) {
  return estimate_moments(sample, moments(sample), confidence);
}

MomentEstimates estimate_moments(std::span<const double> sample, const Moments& m, double confidence) {
  const Estimate mean = estimate_mean(sample, m, confidence);
  if (m.m2 <= 0) return {mean, {}, undefined(), undefined()};
  const double n = static_cast<double>(sample.size()), g = m.skewness(), k = m.kurtosis();
  const double sd = std::sqrt(m.m2);
  const Spread sd_spread = standardised_spread(sample, m, [=](double z) { return 0.5 * sd * (z * z - 1); });
  const double g_error = standardised_spread(sample, m, [g](double z) {
                           return z * z * z - g - 3 * z - 1.5 * g * (z * z - 1);
                         }).standard_error;
  const double k_error = standardised_spread(sample, m, [g, k](double z) {
                           return z * z * z * z - k - 4 * g * z - 2 * k * (z * z - 1);
                         }).standard_error;
  const Estimate sd_estimate = n < kFewestPoints ? without_interval(sd, sd_spread.standard_error)
                                                 : widest_interval(sd, sd_spread, n - 1, confidence);
  return {mean, times(sd_estimate, m.unit), without_interval(g, g_error), without_interval(k - 3, k_error)};
}

}  // namespace unhedged::risk
