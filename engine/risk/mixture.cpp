#include "engine/risk/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/core/errors.hpp"
#include "engine/risk/weighted_tail.hpp"

namespace unhedged::risk {
namespace {

struct MixedTail {
  double quantile, shortfall;
};

/// All paths of all scenarios that can come, each with its share.
MixedTail tail_of(const std::vector<std::vector<double>>& pnl, const std::vector<double>& share,
                  double level) {
  std::vector<double> all, weight;
  for (std::size_t s = 0; s < pnl.size(); ++s) {
    if (!(share[s] > 0)) continue;
    all.insert(all.end(), pnl[s].begin(), pnl[s].end());
    weight.insert(weight.end(), pnl[s].size(), share[s] / static_cast<double>(pnl[s].size()));
  }
  const WeightedTail tail(Sample(all, weight));
  return {tail.value_at_risk(level, 0.5).value, tail.expected_shortfall(level, 0.5).value};
}

Contrast contrast_of(double value, double points, const std::vector<double>& influence) {
  const double unit = std::max(unit_of(influence), power_of_two_near(std::abs(value)));
  Contrast out{value / unit, {}, points, unit, points > kFewestPoints * (1 - 1e-9) && !influence.empty()};
  if (!out.enough) return out;
  out.spread = spread(Sample(influence), out.value, [&](std::size_t i) { return influence[i] / unit; });
  return out;
}

}  // namespace

std::vector<double> shares_of(const std::vector<double>& weights) {
  const double largest = std::ranges::max(weights);
  UNHEDGED_EXPECT(largest > 0);
  std::vector<double> out;
  for (const double weight : weights) out.push_back(weight / largest);  // their sum may be too large
  const double sum = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& share : out) share /= sum;
  return out;
}

Mixture::Mixture(const std::vector<std::vector<double>>& pnl, const std::vector<double>& weights,
                 double level, bool aligned) {
  const std::vector<double> share = shares_of(weights);
  const MixedTail tail = tail_of(pnl, share, level);
  shortfall_ = tail.shortfall;
  if (!aligned) return;
  std::vector<double> in_tail(pnl[0].size());
  influence_.resize(pnl[0].size());
  for (std::size_t s = 0; s < pnl.size(); ++s)
    for (std::size_t i = 0; i < influence_.size(); ++i) {
      influence_[i] += share[s] * shortfall_influence(-pnl[s][i], tail.quantile, level);
      in_tail[i] += -pnl[s][i] > tail.quantile ? share[s] : 0;
    }
  double sum = 0, squares = 0;
  for (const double x : in_tail) {
    sum += x;
    squares += x * x;
  }
  points_ = squares > 0 ? sum * (sum / squares) : 0;
}

Contrast Mixture::shortfall() const {
  Contrast out = contrast_of(shortfall_, points_, influence_);
  out.ends = Contrast::Ends::skewed;
  out.degrees *= 2;
  return out;
}

Contrast Mixture::less(const Mixture& other) const {
  std::vector<double> difference(std::min(influence_.size(), other.influence_.size()));
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = influence_[i] - other.influence_[i];
  return contrast_of(shortfall_ - other.shortfall_, std::min(points_, other.points_), difference);
}

}  // namespace unhedged::risk
