#include "engine/pricing/transform/strip.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace unhedged::pricing {
namespace {

constexpr double kFinerThanTerms = 2.5;
constexpr std::size_t kFewestIntervals = 64;
constexpr int kPoints = 10, kBefore = 4;  // those before the interval of a place
/// The greatest fourth derivative of a normal distribution.
constexpr double kFourthOfNormal = 0.5506;

/// Through kPoints neighbours of places 0, 1, ..., at a place between the middle ones.
double through_points(const double* f, double place) {
  constexpr double inverse_weights[kPoints] = {-1.0 / 362880, 1.0 / 40320, -1.0 / 10080, 1.0 / 4320,
                                               -1.0 / 2880,   1.0 / 2880,  -1.0 / 4320,  1.0 / 10080,
                                               -1.0 / 40320,  1.0 / 362880};
  double below[kPoints], above = 1, sum = 0;
  below[0] = 1;
  for (int i = 1; i < kPoints; ++i) below[i] = below[i - 1] * (place - (i - 1));
  for (int i = kPoints - 1; i >= 0; --i) {
    sum += f[i] * inverse_weights[i] * below[i] * above;
    above *= place - i;
  }
  return sum;
}

}  // namespace

Strip::Strip(const CosineSeries& series) : low_(series.m_low()), high_(series.m_high()) {
  const std::size_t intervals = std::max(
      kFewestIntervals,
      std::bit_ceil(static_cast<std::size_t>(kFinerThanTerms * static_cast<double>(series.range().terms))));
  nodes_ = series.nodes(intervals);
  inverse_step_ = static_cast<double>(intervals) / (high_ - low_);
  for (const double value : nodes_) greatest_ = std::max(greatest_, std::abs(value));
}

double Strip::width() const {
  double largest = 0;
  for (std::size_t i = 2; i + 2 < nodes_.size(); ++i)
    largest = std::max(largest, std::abs(nodes_[i - 2] - 4 * (nodes_[i - 1] + nodes_[i + 1]) + 6 * nodes_[i] +
                                         nodes_[i + 2]));
  return std::sqrt(std::sqrt(kFourthOfNormal * greatest_ / largest)) / inverse_step_;
}

void Strip::add(double weight, double shift, const double* x, std::size_t count, double* out) const {
  const auto last = static_cast<double>(nodes_.size() - 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double place = std::clamp((high_ - shift - x[i]) * inverse_step_, 0.0, last);
    const double first = std::clamp(std::floor(place) - kBefore, 0.0, last - (kPoints - 1));
    out[i] += weight * through_points(nodes_.data() + static_cast<std::size_t>(first), place - first);
  }
}

}  // namespace unhedged::pricing
