#pragma once
#include "engine/config/choice.hpp"
#include "engine/hedging/hedger.hpp"

/// What hedging costs.
namespace unhedged::config {

struct NoneWord {
  static constexpr const char* word = "none";
};

template <>
struct Keys<hedging::ImpactLaw> {
  static void describe(auto& visit, auto& s) {
    visit(Field{"coefficient",
                "Y in Y * daily volatility * (order / daily volume)^exponent",
                Unit::none,
                {0, 100},
                Need::defaulted,
                Usual{0, 10}},
          s.coefficient);
    visit(Field{"exponent", "0.5 is the square-root law", Unit::none, {0.1, 2}, Need::defaulted}, s.exponent);
    visit(Field{"permanent",
                "linear part g in g / 2 * daily volatility * order / daily volume (0.314 in Almgren et al. "
                "2005)",
                Unit::none,
                {0, 100},
                Need::defaulted,
                Usual{0, 10}},
          s.permanent);
  }
};

struct CostSpec {
  std::optional<double> half_spread;
  double fee = 0;
  WordOr<NoneWord, hedging::ImpactLaw> impact{hedging::ImpactLaw{}};

  static void describe(auto& visit, auto& s) {
    visit(Field{"half_spread",
                "half the bid-ask spread (default: the market's)",
                Unit::ratio,
                {0, 1},
                Need::defaulted,
                kUsualSpread},
          s.half_spread);
    visit(Field{"fee", "share of the value of each order", Unit::ratio, {0, 1}, Need::defaulted, kUsualFee},
          s.fee);
    visit(Field{"impact", "market impact: none, or its coefficient and exponent", Unit::none, kAny,
                Need::defaulted},
          s.impact);
  }
};

}  // namespace unhedged::config
