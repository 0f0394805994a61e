#pragma once
#include <optional>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {

/// A European option at some times (steps) under the curves that may be quoted: value and Greeks of
/// Black-Scholes at its quote, exactly and all in one pass. Shared by all blocks.
class QuotedOption {
 public:
  /// `book`: of the one option; `used`: [step][curve] which may be up then; `times_years`: [step]
  QuotedOption(const PricedBook& book, const std::vector<market::ImpliedCurve>& curves,
               const std::vector<std::vector<bool>>& used, const std::vector<double>& times_years);
  QuotedOption(const QuotedOption&) = delete;  // its slices point into it
  QuotedOption& operator=(const QuotedOption&) = delete;

  /// What one unit is worth, in account currency, and its derivatives.
  struct Sensitivities {
    Lanes value, delta, gamma, vega;
  };
  void evaluate(std::size_t step, const market::AssetQuotes& quotes, Sensitivities& out) const;

 private:
  /// The call it is, and what it holds besides where it is a put.
  struct Slice {
    SliceBucket call;
    double units, cash;
  };

  CallArrays calls_;
  std::vector<std::vector<std::optional<Slice>>> slices_;  // [step][curve]
};

}  // namespace unhedged::pricing
