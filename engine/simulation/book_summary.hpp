#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// What the book holds in one asset today, at the marks of today's market and the Greeks of Black and Scholes
/// at the volatility each position is marked with.
struct BookLine {
  std::string asset;
  std::size_t positions = 0;
  std::size_t expiring = 0;  ///< positions that expire inside the horizon
  double value = 0;          ///< at the market's marks, account currency
  double premium = 0;        ///< V(0) of the ledger: premiums where they are stated, else marks
  double delta = 0;          ///< units of the asset
  double gamma = 0;          ///< change of delta when the spot rises by 1 %, units
  double vega = 0;           ///< change of value when all volatilities rise by a point (0.01)
  double theta = 0;          ///< change of value in a day of the calendar
};

/// shapes  one line for each asset of the plan, in its order
std::vector<BookLine> summarise_book(const Plan& plan);

}  // namespace unhedged::simulation
