#include "engine/risk/contribution.hpp"

#include <algorithm>
#include <cmath>

#include "engine/risk/intervals.hpp"
#include "engine/risk/ranks.hpp"

namespace unhedged::risk {

TailShare::TailShare(std::uint64_t n, double level)
    : n_(static_cast<double>(n)), level_(level), points_(n_ * (1 - level)) {
  const std::uint64_t rank = quantile_rank(n, level);
  whole_ = n - rank;
  edge_ = std::max(0.0, static_cast<double>(rank) - n_ * level);
  near_ = std::min(paths(), static_cast<std::uint64_t>(std::ceil(std::sqrt(static_cast<double>(paths())))));
}

void TailContribution::add(std::uint64_t place, double x) {
  const double weight = share_.weight(place);
  sum_ += weight * x;
  squares_ += x * x * weight * weight;
  weighted_ += weight * weight * x;
  weights_ += weight * weight;
  if (share_.is_near_edge(place)) edge_ += x;
}

Estimate TailContribution::estimate(double confidence) const {
  const double mean = value(), edge = edge_ / static_cast<double>(share_.near());
  const double per_tail = 1 / (1 - share_.level()), n = share_.n();
  // Influence less mean: edge - mean outside; inside w (x - edge) / (1 - a) more.
  const double outside = edge - mean, excess = sum_ - edge * share_.points();
  const double inside = squares_ - 2 * edge * weighted_ + edge * edge * weights_;
  const double two =
      n * outside * outside + 2 * outside * per_tail * excess + per_tail * per_tail * std::max(0.0, inside);
  const double error = n > 1 ? std::sqrt(std::max(0.0, two) / (n * (n - 1))) : 0;
  if (share_.points() < kFewestPoints * (1 - 1e-9)) return without_interval(mean, error);
  return student_interval(mean, error, 2 * share_.points(), confidence);
}

}  // namespace unhedged::risk
