#pragma once
#include <cmath>
#include <random>
#include <vector>

#include "engine/margin/matrix.hpp"

/// What tables of losses are tried on.
namespace unhedged {

inline std::vector<margin::MarginScenario> scan_matrix() {
  using margin::VolatilityMove;
  std::vector<margin::MarginScenario> out;
  for (const double move : {-.16, -.12, -.08, -.04, 0., .04, .08, .12, .16})
    for (const auto way : {VolatilityMove::up, VolatilityMove::same, VolatilityMove::down})
      out.push_back({move, way, 1, 0});
  for (const double move : {-.66, -.33, .5, 1., 2.})
    out.push_back({move, VolatilityMove::up, .16 / std::abs(move), 40 * (std::abs(move) / .16 - 1)});
  return out;
}

struct Random {
  std::mt19937_64 bits;
  double operator()(double low, double high) { return std::uniform_real_distribution(low, high)(bits); }
};

/// Around a price of 100.
struct RandomOptions {
  std::vector<double> strike, quantity;

  explicit RandomOptions(Random& random) {
    for (int k = 0; k < 30; ++k) {
      strike.push_back(random(60, 160));
      quantity.push_back(random(-3, 2));
    }
  }
};

}  // namespace unhedged
