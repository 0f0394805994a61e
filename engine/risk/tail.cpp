#include "engine/risk/tail.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/risk/sums.hpp"
#include "engine/risk/tail_formulas.hpp"

namespace unhedged::risk {
namespace {

constexpr std::size_t kScanned = 256;  ///< losses at once

/// A loss that probably somewhat more than `count` losses reach, from a sample of them; -infinity where
/// sampling does not pay.
double likely_threshold(std::span<const double> pnl, double sign, std::size_t count) {
  constexpr std::size_t sampled = 8192;
  if (pnl.size() < 8 * sampled) return -std::numeric_limits<double>::infinity();
  std::vector<double> sample;
  const std::size_t stride = pnl.size() / sampled;
  for (std::size_t i = 0; i < sampled; ++i) sample.push_back(sign * pnl[i * stride]);
  const double share = static_cast<double>(count) / static_cast<double>(pnl.size());
  const double rank = sampled * share, margin = 6 * std::sqrt(rank * (1 - share)) + 6;
  const auto position = static_cast<std::size_t>(rank + margin);
  if (position >= sampled) return -std::numeric_limits<double>::infinity();
  std::ranges::nth_element(sample, sample.begin() + static_cast<std::ptrdiff_t>(position), std::greater<>{});
  return sample[position];
}

/// Appends the losses that are not below a threshold. Which are is no pattern: nothing branches on it.
void append_losses(std::span<const double> pnl, double sign, double threshold, std::vector<double>& to) {
  double found[kScanned];
  std::size_t count = 0;
  for (const double x : pnl) {
    found[count] = sign * x;
    count += found[count] < threshold ? 0 : 1;
  }
  to.insert(to.end(), found, found + count);
}

/// The `count` largest of sign * pnl, descending, without holding more than about twice as many.
std::vector<double> largest_losses(std::span<const double> pnl, double sign, std::size_t count,
                                   double threshold) {
  std::vector<double> kept;
  kept.reserve(std::min(pnl.size(), 2 * count + kScanned));
  const auto trim = [&] {
    std::nth_element(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count - 1), kept.end(),
                     std::greater<>{});
    kept.resize(count);
  };
  for (std::size_t first = 0; first < pnl.size(); first += kScanned) {
    append_losses(pnl.subspan(first, std::min(kScanned, pnl.size() - first)), sign, threshold, kept);
    if (kept.size() < 2 * count) continue;
    trim();
    threshold = *std::ranges::min_element(kept);
  }
  if (kept.size() > count) trim();
  std::ranges::sort(kept, std::greater<>{});
  return kept;
}

}  // namespace

Tail::Tail(const Sample& sample, double lowest_level, double confidence, Worse worse) : n_(sample.size()) {
  UNHEDGED_EXPECT(n_ > 0 && (worse == Worse::less || !sample.is_weighted()));
  if (sample.is_weighted()) {
    weighted_.emplace(sample);
    return;
  }
  const std::span<const double> pnl = sample.pnl();
  const double sign = worse == Worse::less ? -1 : 1;
  const auto count = static_cast<std::size_t>(tail_count(n_, lowest_level, confidence));
  losses_ = largest_losses(pnl, sign, count, likely_threshold(pnl, sign, count));
  if (losses_.size() < count)  // the guess was too high
    losses_ = largest_losses(pnl, sign, count, -std::numeric_limits<double>::infinity());
  unit_ = unit_of(losses_);
}

double Tail::points(double level) const {
  return weighted_ ? weighted_->points(level) : static_cast<double>(n_) * (1 - level);
}

bool Tail::has_enough_points(double level) const { return points(level) > kFewestPoints * (1 - 1e-9); }

double Tail::ranked(std::uint64_t rank) const { return losses_.at(static_cast<std::size_t>(n_ - rank)); }

Estimate Tail::value_at_risk(double level, double confidence) const {
  if (weighted_) return weighted_->value_at_risk(level, confidence);
  return value_at_risk_of(n_, level, confidence, unit_, [this](std::uint64_t rank) { return ranked(rank); });
}

Estimate Tail::expected_shortfall(double level, double confidence) const {
  if (weighted_) return weighted_->expected_shortfall(level, confidence);
  Shortfall shortfall(n_, level, ranked(quantile_rank(n_, level)) / unit_);
  const double per_unit = 1 / unit_;
  const auto sum = [&](auto term) {
    return blocked_sum(static_cast<std::size_t>(shortfall.beyond()),
                       [&](std::size_t i) { return term(losses_[i] * per_unit); });
  };
  shortfall.set_sum(sum([](double x) { return x; }));
  const auto centred = shortfall.centred();
  const double squares = sum([=](double x) { return centred(x) * centred(x); });
  const double cubes = sum([=](double x) { return centred(x) * centred(x) * centred(x); });
  return shortfall.estimate(squares, cubes, unit_, confidence);
}

}  // namespace unhedged::risk
