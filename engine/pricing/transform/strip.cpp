#include "engine/pricing/transform/strip.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/pricing/strip_kernels.hpp"

namespace unhedged::pricing {
namespace {

constexpr double kFinerThanTerms = 2.5;
constexpr std::size_t kFewestIntervals = 64;
/// The greatest fourth derivative of a normal distribution.
constexpr double kFourthOfNormal = 0.5506;

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
  strip_kernels().add({nodes_.data(), nodes_.size(), high_, inverse_step_}, weight, shift, x, count, out);
}

}  // namespace unhedged::pricing
