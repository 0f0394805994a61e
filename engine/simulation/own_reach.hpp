#pragma once
#include <vector>

#include "engine/pricing/model.hpp"
#include "engine/pricing/model_quotes.hpp"
#include "engine/pricing/own_level.hpp"

namespace unhedged::simulation {

/// What is known of a market before its paths.
struct MarketReach {
  std::vector<pricing::Reach> reach;  ///< [grid time]
  const std::vector<market::ImpliedCurve>* curves;
  std::vector<std::vector<bool>> used;  ///< [grid time][curve]
  const pricing::ModelQuotes* model;    ///< of who calibrates a level to it
  double volatility_today;
};

/// Where the levels are expected that a desk works out itself. Any that go beyond are priced exactly.
std::vector<pricing::Reach> own_reach(const pricing::OwnLevel& level, const MarketReach& market);

}  // namespace unhedged::simulation
