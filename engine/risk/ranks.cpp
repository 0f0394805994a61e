#include "engine/risk/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/risk/sums.hpp"

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
  while (high > low + 1 && right + body.probability[high - 1] <= side) right += body.probability[--high];
  return {body.first + low, body.first + high, 1 - left - right};
}

std::uint64_t quantile_rank(std::uint64_t n, double level) {
  const double exact = static_cast<double>(n) * level;
  const double rank = std::ceil(exact - 1e-9 * std::max(1.0, exact * 1e-6));
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(1.0, rank)), 1, n);
}

}  // namespace unhedged::risk
