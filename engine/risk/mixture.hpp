#pragma once
#include <vector>

#include "engine/risk/contrast.hpp"

namespace unhedged::risk {

/// Probabilities of scenarios by their weights. expects  one at least is positive
std::vector<double> shares_of(const std::vector<double>& weights);

/// Expected shortfall of a hedger who does not know which scenario comes: of the law that is that of scenario
/// s with probability w_s / sum w. Path i of all scenarios is one point, whose influence is the weighted sum
/// of those in the scenarios: common random numbers are counted as what they are. source  Detering and
/// Packham, "Model risk of contingent claims", Quantitative Finance 16 (2016)
class Mixture {
 public:
  /// shapes  pnl: [scenario][path], weights: [scenario]
  /// `aligned`: whether path i of all scenarios can be taken together; there is no interval otherwise
  Mixture(const std::vector<std::vector<double>>& pnl, const std::vector<double>& weights, double level,
          bool aligned);

  /// In account currency.
  Contrast shortfall() const;
  /// This less another, on the same paths.
  Contrast less(const Mixture& other) const;

 private:
  double shortfall_ = 0, points_ = 0;
  std::vector<double> influence_;  // [path]; empty: not aligned
};

}  // namespace unhedged::risk
