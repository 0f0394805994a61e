#pragma once
#include <string>
#include <vector>

#include "engine/hedging/strategy.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// What hedgers are told of a plan before the first path; the plan must outlive it.
class DeskTerms {
 public:
  explicit DeskTerms(const Plan& plan);

  /// What a hedger trades in, its options last. shapes  [line]
  std::vector<market::Tradable> lines(const hedging::Hedger& hedger) const;
  /// `lines`: the hedger's.
  hedging::StrategyTerms of(std::span<const market::Tradable> lines) const;

  /// Quoted at the money for a month. shapes  [asset]
  const std::vector<double>& volatility_today() const { return volatility_; }

  /// Gross quantity of the book, units. shapes  [asset][step]
  const std::vector<std::vector<double>>& gross() const { return gross_; }

 private:
  const Plan* plan_;
  std::vector<std::string> names_;
  std::vector<double> volatility_;
  std::vector<std::vector<double>> gross_;
};

}  // namespace unhedged::simulation
