#include "engine/pricing/model_quotes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/own_level.hpp"

namespace unhedged::pricing {
namespace {

constexpr std::size_t kNodes = 128;
/// The least level is no less than this part of what jumps and the return of the variance add.
constexpr double kLeastPart = 0.05;
/// Quotes of a longer life are looked at as well.
constexpr double kLonger = 3;

CallArrays one_call(double spot_today, double life_years) {
  CallArrays calls;
  calls.expiry_years = life_years;
  calls.log_strike = {0};
  calls.quantity = {1};
  calls.strike_quantity = {spot_today};
  calls.sum_gross();
  return calls;
}

/// Implied volatilities of options of one life at many levels, each at a log-moneyness of its own.
std::vector<double> implied(const Belief& belief, const Carry& carry, double spot_today, double life_years,
                            const std::vector<double>& level, const std::vector<double>& log_moneyness) {
  const CallArrays calls = one_call(spot_today, life_years);
  const std::unique_ptr<Model> model = belief.model();
  const auto rows = model->rows(calls, {0, carry, spot_today}, *belief.own_curve());
  std::vector<double> x, shares(level.size()), cash(level.size()), out;
  for (const double k : log_moneyness) x.push_back(-k - (carry.rate - carry.yield) * life_years);
  rows->add(CallColumn::shares, x.data(), level.data(), level.size(), shares.data());
  rows->add(CallColumn::cash, x.data(), level.data(), level.size(), cash.data());
  for (std::size_t i = 0; i < level.size(); ++i) {
    const double spot = spot_today * scalar::exp(x[i]);
    out.push_back(
        implied_volatility({Right::call, spot_today, life_years}, shares[i] * spot - cash[i], spot, carry));
  }
  return out;
}

}  // namespace

ModelQuotes::ModelQuotes(const Belief& belief, const Carry& carry, double spot_today, double life_years) {
  std::size_t p = 0;
  for (const double life : {life_years, kLonger * life_years})
    for (const double deviations : {0.0, -1.0, 1.0}) points_[p++] = {life, deviations};
  double least = kLeastOwnVariance;
  for (const double life : {life_years, kLonger * life_years}) {
    const market::AffineVariance mean = belief.own_curve()->variance(life);
    least = std::max(least, kLeastPart * mean.constant / mean.slope);
  }
  std::vector<double> level;
  for (std::size_t i = 0; i < kNodes; ++i) {
    const double part = static_cast<double>(i) / (kNodes - 1);
    log_level_.push_back((1 - part) * scalar::log(least) + part * scalar::log(kGreatestOwnVariance));
    level.push_back(scalar::exp(log_level_.back()));
  }
  const std::vector<double> money(kNodes, 0.0);
  quoted_ = implied(belief, carry, spot_today, life_years, level, money);
  for (const double quoted : quoted_) log_quoted_.push_back(scalar::log(quoted));
  for (p = 0; p < kPoints; ++p) {
    std::vector<double> k;
    for (const double quoted : quoted_)
      k.push_back(points_[p].deviations * quoted * std::sqrt(points_[p].life_years));
    over_quoted_[p] = implied(belief, carry, spot_today, points_[p].life_years, level, k);
    for (std::size_t i = 0; i < kNodes; ++i) over_quoted_[p][i] /= quoted_[i];
  }
}

ModelQuotes::Place ModelQuotes::place(double volatility) const {
  const auto next = std::ranges::upper_bound(quoted_, volatility) - quoted_.begin();
  const auto node = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(next - 1, 0, kNodes - 2));
  const double span = log_quoted_[node + 1] - log_quoted_[node];
  return {node, (scalar::log(volatility) - log_quoted_[node]) / span};
}

double ModelQuotes::level(double volatility) const {
  const Place at = place(volatility);
  return scalar::exp((1 - at.weight) * log_level_[at.node] + at.weight * log_level_[at.node + 1]);
}

double ModelQuotes::volatility(std::size_t point, double at_the_money) const {
  const Place at = place(at_the_money);
  const std::vector<double>& ratio = over_quoted_[point];
  return at_the_money * ((1 - at.weight) * ratio[at.node] + at.weight * ratio[at.node + 1]);
}

}  // namespace unhedged::pricing
