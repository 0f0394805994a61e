#include "engine/risk/moments.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::risk {
namespace {

constexpr std::size_t kMomentBlock = 4096;  // stays in the cache for all three powers

/// Root mean square of influence(z) over the standardised sample, over sqrt(n).
template <class Influence>
double standard_error(std::span<const double> sample, const Moments& m, Influence influence) {
  const double scale = 1 / std::sqrt(m.m2), mean = m.mean;
  const double* x = sample.data();
  const double sum = blocked_sum(sample.size(), [=](std::size_t i) {
    const double value = influence((x[i] - mean) * scale);
    return value * value;
  });
  return std::sqrt(sum) / static_cast<double>(sample.size());
}

}  // namespace

double Moments::skewness() const { return m2 > 0 ? m3 / std::pow(m2, 1.5) : 0; }
double Moments::kurtosis() const { return m2 > 0 ? m4 / (m2 * m2) : 3; }

Moments moments(std::span<const double> sample) {
  Moments m;
  const double n = static_cast<double>(sample.size());
  const double* x = sample.data();
  const double mean = blocked_sum(sample.size(), [x](std::size_t i) { return x[i]; }) / n;
  CompensatedSum sum2, sum3, sum4;
  for (std::size_t first = 0; first < sample.size(); first += kMomentBlock) {
    const std::size_t count = std::min(kMomentBlock, sample.size() - first);
    const auto central = [&](auto power) {
      const double* block = x + first;
      return blocked_sum(count, [block, mean, power](std::size_t i) { return power(block[i] - mean); });
    };
    sum2.add(central([](double d) { return d * d; }));
    sum3.add(central([](double d) { return d * d * d; }));
    sum4.add(central([](double d) { return (d * d) * (d * d); }));
  }
  m.mean = mean;
  m.m2 = sum2.value() / n;
  m.m3 = sum3.value() / n;
  m.m4 = sum4.value() / n;
  return m;
}

Estimate estimate_mean(const Moments& m, std::size_t n, double confidence) {
  return normal_interval(m.mean, std::sqrt(m.m2 / static_cast<double>(n)), confidence);
}

MomentEstimates estimate_moments(std::span<const double> sample, double confidence) {
  return estimate_moments(sample, moments(sample), confidence);
}

MomentEstimates estimate_moments(std::span<const double> sample, const Moments& m, double confidence) {
  const double n = static_cast<double>(sample.size());
  if (m.m2 <= 0) return {normal_interval(m.mean, 0, confidence), {}, {}, {}};
  const double g = m.skewness(), k = m.kurtosis();
  const double sd_error = std::sqrt(std::max(0.0, m.m4 / m.m2 - m.m2) / (4 * n));
  const double g_error = standard_error(
      sample, m, [g](double z) { return z * z * z - g - 3 * z - 1.5 * g * (z * z - 1); });
  const double k_error = standard_error(sample, m, [g, k](double z) {
    return z * z * z * z - k - 4 * g * z - 2 * k * (z * z - 1);
  });
  return {normal_interval(m.mean, std::sqrt(m.m2 / n), confidence),
          normal_interval(std::sqrt(m.m2), sd_error, confidence),
          normal_interval(g, g_error, confidence), normal_interval(k - 3, k_error, confidence)};
}

}  // namespace unhedged::risk
