#include "engine/margin/shortfall.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "engine/core/errors.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::margin {
namespace {

constexpr int kCells = 2048;
constexpr double kFarthest = 8.5;  // deviations
constexpr double kCell = 2 * kFarthest / kCells;

/// A stretch of the normal variable.
struct LossStretch {
  double from, to;
  double probability() const {
    return from > 0 ? math::normal_cdf(-from) - math::normal_cdf(-to)
                    : math::normal_cdf(to) - math::normal_cdf(from);
  }
};

/// Losses on a grid of the normal variable, and where they exceed an amount.
class LossCurve {
 public:
  explicit LossCurve(const std::function<double(double)>& pnl) : pnl_(pnl) {
    for (int i = 0; i <= kCells; ++i) node_.push_back(loss(at(i)));
  }

  double least() const { return *std::ranges::min_element(node_); }
  double most() const { return *std::ranges::max_element(node_); }

  /// Parts of cells in which the loss is above `amount`.
  std::vector<LossStretch> above(double amount) const {
    std::vector<LossStretch> out;
    for (int i = 0; i < kCells; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const bool left = node_[k] > amount, right = node_[k + 1] > amount;
      if (!left && !right) continue;
      const double crossing = left == right ? 0 : crossing_of(i, amount);
      out.push_back({left ? at(i) : crossing, right ? at(i + 1) : crossing});
    }
    return out;
  }

  /// Of the loss over the stretches: Gauss' rule of three points in each.
  double integral(const std::vector<LossStretch>& stretches) const {
    constexpr double node = 0.774596669241483377, side = 5.0 / 18, middle = 8.0 / 18;
    double sum = 0;
    for (const LossStretch& one : stretches) {
      const double centre = 0.5 * (one.from + one.to), half = 0.5 * (one.to - one.from);
      const auto weighted = [&](double z) { return loss(z) * kDensity * math::gauss(z); };
      sum += 2 * half *
             (middle * weighted(centre) +
              side * (weighted(centre - node * half) + weighted(centre + node * half)));
    }
    return sum;
  }

 private:
  static constexpr double kDensity = 0.3989422804014327;

  static double at(int i) { return -kFarthest + kCell * i; }
  double loss(double z) const { return -pnl_(z); }

  /// By the Illinois rule, within a cell at whose ends the loss is on different sides of the amount.
  double crossing_of(int i, double amount) const {
    const auto k = static_cast<std::size_t>(i);
    double a = at(i), b = at(i + 1), at_a = node_[k] - amount, at_b = node_[k + 1] - amount;
    for (int round = 0; round < 60 && b - a > 1e-13; ++round) {
      const double z = at_a == at_b ? 0.5 * (a + b) : a - at_a * (b - a) / (at_b - at_a);
      const double at_z = loss(z) - amount;
      if (at_z == 0) return z;
      if ((at_z > 0) == (at_a > 0)) {
        a = z;
        at_a = at_z;
        at_b *= 0.5;
      } else {
        b = z;
        at_b = at_z;
        at_a *= 0.5;
      }
    }
    return 0.5 * (a + b);
  }

  const std::function<double(double)>& pnl_;
  std::vector<double> node_;
};

double probability_of(const std::vector<LossStretch>& stretches) {
  double sum = 0;
  for (const LossStretch& one : stretches) sum += one.probability();
  return sum;
}

/// Numbers that look like chance, the same in every run. source  Steele, Lea, Flood, OOPSLA (2014)
std::uint64_t mixed(std::uint64_t x) {
  x = (x + 0x9e3779b97f4a7c15ULL);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

double fraction(double x) { return x - std::floor(x); }

std::vector<double> roots_of_primes(std::size_t count) {
  std::vector<double> out;
  for (unsigned candidate = 2; out.size() < count; ++candidate) {
    bool is_prime = true;
    for (unsigned d = 2; d * d <= candidate; ++d) is_prime = is_prime && candidate % d != 0;
    if (is_prime) out.push_back(fraction(std::sqrt(static_cast<double>(candidate))));
  }
  return out;
}

/// Of losses that are equally likely, sorted in place.
LossTail tail_of_sample(std::vector<double>& losses, double level) {
  std::ranges::sort(losses, std::greater<>());
  const double wanted = (1 - level) * static_cast<double>(losses.size());
  const auto whole = static_cast<std::size_t>(wanted);
  double sum = 0;
  for (std::size_t i = 0; i < whole; ++i) sum += losses[i];
  sum += (wanted - static_cast<double>(whole)) * losses[whole];
  return {losses[whole], sum / wanted, 0};
}

}  // namespace

LossTail tail_of(const std::function<double(double)>& pnl, double level) {
  UNHEDGED_EXPECT(level > 0 && level < 1);
  const LossCurve losses(pnl);
  double low = losses.least(), high = losses.most();
  for (int round = 0; round < 200 && high - low > 1e-15 * (std::abs(low) + std::abs(high)); ++round) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    (probability_of(losses.above(middle)) > 1 - level ? low : high) = middle;
  }
  const std::vector<LossStretch> tail = losses.above(high);
  const double missing = 1 - level - probability_of(tail);  // where many lose the same
  return {high, (losses.integral(tail) + missing * high) / (1 - level), 0};
}

LossTail tail_of(const std::function<double(std::span<const double>)>& pnl, std::size_t dimensions,
                 double level, std::size_t points) {
  UNHEDGED_EXPECT(dimensions >= 1 && dimensions <= kMostDimensions && (1 - level) * double(points) >= 1);
  const std::vector<double> root = roots_of_primes(dimensions);
  std::vector<double> normal(dimensions), losses(points);
  LossTail mean;
  double squares = 0;
  for (std::uint64_t s = 0; s < kShifts; ++s) {
    for (std::size_t n = 0; n < points; ++n) {
      for (std::size_t d = 0; d < dimensions; ++d) {
        const double shift = static_cast<double>(mixed(s * kMostDimensions + d) >> 11) * 0x1p-53;
        const double uniform = fraction(static_cast<double>(n + 1) * root[d] + shift);
        normal[d] = math::normal_quantile(std::clamp(uniform, 0x1p-53, 1 - 0x1p-53));
      }
      losses[n] = -pnl(normal);
    }
    const LossTail one = tail_of_sample(losses, level);
    mean.value_at_risk += one.value_at_risk / kShifts;
    mean.expected_shortfall += one.expected_shortfall / kShifts;
    squares += one.expected_shortfall * one.expected_shortfall / kShifts;
  }
  const double variance = std::max(0.0, squares - mean.expected_shortfall * mean.expected_shortfall);
  mean.standard_error = std::sqrt(variance / (kShifts - 1));
  return mean;
}

}  // namespace unhedged::margin
