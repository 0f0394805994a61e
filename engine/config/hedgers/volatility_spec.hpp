#pragma once
#include "engine/config/reader.hpp"

/// Volatilities that a desk works out itself.
namespace unhedged::config {

/// The word for one that is made by RecalibrateSpec.
inline constexpr const char* kRecalibrated = "recalibrated";

/// From the prices it sees; one of the first three.
struct RealisedSpec {
  std::optional<Duration> window, half_life;
  std::optional<double> lambda;
  std::optional<Duration> every;
  std::optional<double> prior;

  static void describe(auto& visit, auto& s) {
    visit(Field{"window", "all moves within it count alike, earlier ones not at all", Unit::none, kPositive,
                Need::defaulted},
          s.window);
    visit(Field{"half_life", "a move counts half as much as one that is later by this", Unit::none, kPositive,
                Need::defaulted},
          s.half_life);
    visit(Field{"lambda",
                "a move counts this much of the next one, from look to look (RiskMetrics: 0.94 every day)",
                Unit::none,
                {0, 1, true, true},
                Need::defaulted,
                Usual{0.8, 1}},
          s.lambda);
    visit(Field{"every", "time between two looks at the price (default: every step)", Unit::none, kPositive,
                Need::defaulted},
          s.every);
    visit(Field{"prior",
                "volatility before there are moves (default: today's quote at the money for a month)",
                Unit::ratio,
                {0.01, 10},
                Need::defaulted,
                kUsualQuote},
          s.prior);
  }
};

/// From quotes, at intervals.
struct RecalibrateSpec {
  std::optional<Duration> every, expiry;

  static void describe(auto& visit, auto& s) {
    visit(Field{"every", "time between two calibrations (default: a day, or a step that is longer)",
                Unit::none, kPositive, Need::defaulted},
          s.every);
    visit(Field{"expiry", "life of the quote at the money that is met (default: 1 mo)", Unit::none, kPositive,
                Need::defaulted, kUsualLife},
          s.expiry);
  }
};

/// The map that may stand for a volatility.
struct VolatilitySpec {
  RealisedSpec realised;

  static void describe(auto& visit, auto& s) {
    visit(Field{"realised", "from the moves of the price that the desk has seen"}, s.realised);
  }
};

}  // namespace unhedged::config
