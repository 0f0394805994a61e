#include "engine/risk/tail.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/risk/distributions.hpp"
#include "engine/risk/intervals.hpp"
#include "engine/risk/moments.hpp"

namespace unhedged::risk {
namespace {

/// Probabilities of a binomial around its mode, far enough out that the rest is below 1e-18.
struct BinomialBody {
  std::uint64_t first;
  std::vector<double> probability;
};

BinomialBody binomial_body(std::uint64_t n, double p) {
  const double odds = p / (1 - p);
  const auto mode = std::min(n, static_cast<std::uint64_t>((static_cast<double>(n) + 1) * p));
  std::vector<double> below, above{1.0};
  double weight = 1;
  for (std::uint64_t k = mode; k > 0 && weight > 1e-20; --k)
    below.push_back(weight *= static_cast<double>(k) / (static_cast<double>(n - k + 1) * odds));
  weight = 1;
  for (std::uint64_t k = mode; k < n && weight > 1e-20; ++k)
    above.push_back(weight *= static_cast<double>(n - k) * odds / static_cast<double>(k + 1));
  BinomialBody body{mode - below.size(), {below.rbegin(), below.rend()}};
  body.probability.insert(body.probability.end(), above.begin(), above.end());
  CompensatedSum total;
  for (const double w : body.probability) total.add(w);
  for (double& w : body.probability) w /= total.value();
  return body;
}

/// ceil(n a), safe against the rounding of n a.
std::uint64_t quantile_rank(std::uint64_t n, double level) {
  const double exact = static_cast<double>(n) * level;
  const double rank = std::ceil(exact - 1e-9 * std::max(1.0, exact * 1e-6));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(1.0, rank)), 1, n);
}

/// A loss that probably somewhat more than `count` losses reach, from a sample of them; -infinity where
/// sampling does not pay.
double likely_threshold(std::span<const double> pnl, std::size_t count) {
  constexpr std::size_t sampled = 8192;
  if (pnl.size() < 8 * sampled) return -std::numeric_limits<double>::infinity();
  std::vector<double> sample;
  const std::size_t stride = pnl.size() / sampled;
  for (std::size_t i = 0; i < sampled; ++i) sample.push_back(-pnl[i * stride]);
  const double share = static_cast<double>(count) / static_cast<double>(pnl.size());
  const double rank = sampled * share, margin = 6 * std::sqrt(rank * (1 - share)) + 6;
  const auto position = static_cast<std::size_t>(rank + margin);
  if (position >= sampled) return -std::numeric_limits<double>::infinity();
  std::ranges::nth_element(sample, sample.begin() + static_cast<std::ptrdiff_t>(position), std::greater<>{});
  return sample[position];
}

/// The `count` largest of -pnl, descending, without holding more than about twice as many.
std::vector<double> largest_losses(std::span<const double> pnl, std::size_t count, double threshold) {
  std::vector<double> kept;
  kept.reserve(std::min(pnl.size(), 2 * count + 1));
  const auto trim = [&] {
    std::nth_element(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count - 1), kept.end(),
                     std::greater<>{});
    kept.resize(count);
  };
  for (const double x : pnl) {
    if (-x < threshold) continue;
    kept.push_back(-x);
    if (kept.size() < 2 * count) continue;
    trim();
    threshold = *std::ranges::min_element(kept);
  }
  if (kept.size() > count) trim();
  std::ranges::sort(kept, std::greater<>{});
  return kept;
}

}  // namespace

double coverage_of(std::uint64_t n, double level, std::uint64_t lower, std::uint64_t upper) {
  const BinomialBody body = binomial_body(n, level);
  CompensatedSum sum;
  for (std::size_t i = 0; i < body.probability.size(); ++i)
    if (body.first + i >= lower && body.first + i < upper) sum.add(body.probability[i]);
  return sum.value();
}

RankInterval quantile_ranks(std::uint64_t n, double level, double confidence) {
  const BinomialBody body = binomial_body(n, level);
  const double side = 0.5 * (1 - confidence);
  const std::size_t size = body.probability.size();
  std::size_t low = 0, high = size;  // body indices: coverage is the sum over [low, high)
  double left = 0, right = 0;
  while (low + 1 < size && left + body.probability[low] <= side) left += body.probability[low++];
  while (high > low + 1 && right + body.probability[high - 1] <= side)
    right += body.probability[--high];
  return {body.first + low, body.first + high, 1 - left - right};
}

Tail::Tail(std::span<const double> pnl, double lowest_level, double confidence) : n_(pnl.size()) {
  UNHEDGED_EXPECT(n_ > 0);
  const std::uint64_t lowest =
      std::min(quantile_ranks(n_, lowest_level, confidence).lower, quantile_rank(n_, lowest_level));
  const auto count = static_cast<std::size_t>(n_ - std::max<std::uint64_t>(1, lowest) + 1);
  losses_ = largest_losses(pnl, count, likely_threshold(pnl, count));
  if (losses_.size() < count)  // the guess was too high
    losses_ = largest_losses(pnl, count, -std::numeric_limits<double>::infinity());
  unit_ = unit_of(losses_);
}

double Tail::points(double level) const { return static_cast<double>(n_) * (1 - level); }

bool Tail::has_enough_points(double level) const { return points(level) > kFewestPoints * (1 - 1e-9); }

double Tail::ranked(std::uint64_t rank) const { return losses_.at(static_cast<std::size_t>(n_ - rank)); }

Estimate Tail::value_at_risk(double level, double confidence) const {
  const RankInterval ranks = quantile_ranks(n_, level, confidence);
  const double value = ranked(quantile_rank(n_, level));
  if (ranks.lower < 1 || ranks.upper > n_) return without_interval(value);
  const double lower = ranked(ranks.lower), upper = ranked(ranks.upper), z = two_sided_z(confidence);
  return {value, lower, upper, (upper / unit_ - lower / unit_) / (2 * z) * unit_};
}

Estimate Tail::expected_shortfall(double level, double confidence) const {
  const std::uint64_t rank = quantile_rank(n_, level);
  const double n = static_cast<double>(n_), in_tail = points(level), edge = ranked(rank) / unit_;
  const double edge_weight = std::max(0.0, static_cast<double>(rank) - n * level), per_unit = 1 / unit_;
  const auto beyond = static_cast<std::size_t>(n_ - rank);
  const auto sum = [&](auto term) {
    return blocked_sum(beyond, [&](std::size_t i) { return term(losses_[i] * per_unit); });
  };
  const double shortfall = (sum([](double x) { return x; }) + edge_weight * edge) / in_tail;
  const double excess = shortfall - edge, outside = n - static_cast<double>(beyond);
  const double per_tail = 1 / (1 - level);
  const auto centred = [=](double x) { return (x - edge) * per_tail - excess; };
  const double two = sum([=](double x) { return centred(x) * centred(x); }) + outside * excess * excess;
  const double three = sum([=](double x) { return centred(x) * centred(x) * centred(x); }) -
                       outside * excess * excess * excess;
  const Spread spread = spread_of(two, three, n);
  if (!has_enough_points(level)) return times(without_interval(shortfall), unit_);
  return times(skewed_interval(shortfall, spread, 2 * in_tail, confidence), unit_);
}

}  // namespace unhedged::risk
