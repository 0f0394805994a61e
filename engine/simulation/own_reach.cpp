#include "engine/simulation/own_reach.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::simulation {
namespace {

using pricing::Reach;

/// How far from the market an estimate may be.
constexpr double kBelow = 0.5, kAbove = 2;

/// The mean of moves until a time follows what the variance has been: hardly the least of it at one moment.
std::vector<Reach> of_estimates(const pricing::RealisedVolatility& how, const MarketReach& market) {
  const double prior = how.prior.value_or(market.volatility_today);
  std::vector<Reach> out = market.reach;
  double sum = 0, count = 0, high = prior * prior;
  for (Reach& one : out) {
    sum += one.level_low, count += 1;
    high = std::max(high, one.level_high);
    one.level_low = std::max(pricing::kLeastOwnVariance, kBelow * std::min(prior * prior, sum / count));
    one.level_high = std::min(pricing::kGreatestOwnVariance, kAbove * high);
  }
  return out;
}

/// The levels that a model calibrates to where the market is at a time.
Reach calibrated(const MarketReach& market, std::size_t step, double life_years) {
  const Reach& at = market.reach[step];
  Reach out = at;
  out.level_low = INFINITY, out.level_high = 0;
  for (std::size_t k = 0; k < market.curves->size(); ++k) {
    if (!market.used[step][k]) continue;
    for (const double level : {at.level_low, at.level_high}) {
      const double quote = (*market.curves)[k].volatility(life_years, level, 0);
      const double own =
          market.model->level(std::clamp(quote, market.model->lowest(), market.model->highest()));
      out.level_low = std::min(out.level_low, own);
      out.level_high = std::max(out.level_high, own);
    }
  }
  return out;
}

/// That of the last calibration; the price has gone on.
std::vector<Reach> of_calibrations(const pricing::Recalibration& how, const MarketReach& market) {
  constexpr double margin = 1.02;  // of what is read from a table
  std::vector<Reach> out;
  Reach last{};
  for (std::size_t step = 0; step < market.reach.size(); ++step) {
    if (how.looks[step] != 0)
      last = market.model != nullptr ? calibrated(market, step, how.life_years) : market.reach[step];
    out.push_back(market.reach[step]);
    out.back().level_low = last.level_low / margin;
    out.back().level_high = last.level_high * margin;
  }
  return out;
}

}  // namespace

std::vector<Reach> own_reach(const pricing::OwnLevel& level, const MarketReach& market) {
  if (const auto* how = std::get_if<pricing::RealisedVolatility>(&level)) return of_estimates(*how, market);
  return of_calibrations(std::get<pricing::Recalibration>(level), market);
}

}  // namespace unhedged::simulation
