#include "engine/risk/moments.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::risk {
namespace {

/// Root mean square of influence(z) over the standardised sample, over sqrt(n).
template <class Influence>
double standard_error(std::span<const double> sample, const Moments& m, Influence influence) {
  CompensatedSum sum;
  const double scale = 1 / std::sqrt(m.m2);
  for (const double x : sample) {
    const double value = influence((x - m.mean) * scale);
    sum.add(value * value);
  }
  const double n = static_cast<double>(sample.size());
  return std::sqrt(sum.value()) / n;
}

}  // namespace

void CompensatedSum::add(double x) {
  const double next = sum_ + x;
  lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - next) + x : (x - next) + sum_;
  sum_ = next;
}

double Moments::skewness() const { return m2 > 0 ? m3 / std::pow(m2, 1.5) : 0; }
double Moments::kurtosis() const { return m2 > 0 ? m4 / (m2 * m2) : 3; }

Moments moments(std::span<const double> sample) {
  Moments m;
  const double n = static_cast<double>(sample.size());
  CompensatedSum sum, sum2, sum3, sum4;
  for (const double x : sample) sum.add(x);
  m.mean = sum.value() / n;
  for (const double x : sample) {
    const double d = x - m.mean, d2 = d * d;
    sum2.add(d2);
    sum3.add(d2 * d);
    sum4.add(d2 * d2);
  }
  m.m2 = sum2.value() / n;
  m.m3 = sum3.value() / n;
  m.m4 = sum4.value() / n;
  return m;
}

Estimate estimate_mean(std::span<const double> sample, double confidence) {
  const Moments m = moments(sample);
  return normal_interval(m.mean, std::sqrt(m.m2 / static_cast<double>(sample.size())), confidence);
}

MomentEstimates estimate_moments(std::span<const double> sample, double confidence) {
  const Moments m = moments(sample);
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
