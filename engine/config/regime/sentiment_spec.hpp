#pragma once
#include "engine/config/regime/on_entry.hpp"

/// The mood of a market.
namespace unhedged::config {

struct SentimentSpec : OnEntryKey {
  Duration half_life;
  std::optional<double> initial;
  double drift = 0, volatility = 0, correlation = 0;

  static void describe(auto& visit, auto& s) {
    visit(
        Field{"half_life", "of the mood, an Ornstein-Uhlenbeck process of variance 1", Unit::none, kPositive},
        s.half_life);
    visit(Field{"initial",
                "mood it begins from, in standard deviations (default: 0)",
                Unit::none,
                {-10, 10},
                Need::defaulted},
          s.initial);
    visit(
        Field{
            "drift", "added to the drift a year per unit of mood", Unit::ratio, {-100, 100}, Need::defaulted},
        s.drift);
    visit(Field{"volatility",
                "log of the volatility lost per unit of mood (the long-run volatility where it is "
                "stochastic)",
                Unit::ratio,
                {-3, 3},
                Need::defaulted},
          s.volatility);
    visit(Field{"correlation", "between the shocks of mood and price: makes the skew", Unit::none,
                kCorrelation, Need::defaulted},
          s.correlation);
    OnEntryKey::describe(
        visit, s, "carry: the mood the path brings goes on (the default), or reset: it begins at `initial`");
  }
};

}  // namespace unhedged::config
