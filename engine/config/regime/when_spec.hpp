#pragma once
#include "engine/config/choice.hpp"

/// Conditions on the market that a change of regime waits for.
namespace unhedged::config {

struct ThresholdSpec {
  std::string asset;
  std::optional<double> above, below;

  static void describe(auto& visit, auto& s) {
    visit(Field{"asset", "one of market.assets, or `first`: the first of them", Unit::none, kAny}, s.asset);
    visit(Field{"above", "fires when the quantity exceeds this", Unit::ratio, kNotNegative, Need::defaulted},
          s.above);
    visit(Field{"below", "fires when it is less than this", Unit::ratio, kNotNegative, Need::defaulted},
          s.below);
  }
};

struct LevelThresholdSpec {
  std::string asset;
  std::optional<Level> above, below;

  static void describe(auto& visit, auto& s) {
    visit(Field{"asset", "one of market.assets, or `first`"}, s.asset);
    visit(Field{"above", "fires when the quantity exceeds this, or this multiple of today's", Unit::ratio,
                kNotNegative, Need::defaulted},
          s.above);
    visit(Field{"below", "fires when it is less", Unit::ratio, kNotNegative, Need::defaulted}, s.below);
  }
};

struct WindowThresholdSpec : LevelThresholdSpec {
  std::optional<Duration> half_life;

  static void describe(auto& visit, auto& s) {
    LevelThresholdSpec::describe(visit, s);
    visit(Field{"half_life", "of the weights of the past (default: 1 d)", Unit::none, kPositive,
                Need::defaulted},
          s.half_life);
  }
};

/// Exactly one of these.
struct WhenSpec {
  std::optional<ThresholdSpec> drawdown, run_up;
  std::optional<WindowThresholdSpec> realised_volatility;
  std::optional<LevelThresholdSpec> half_spread, daily_volume;
  std::optional<WindowThresholdSpec> hedger_flow;

  static void describe(auto& visit, auto& s) {
    visit(Field{"drawdown", "fall from the highest price since `from` was entered", Unit::none, kAny,
                Need::defaulted},
          s.drawdown);
    visit(Field{"run_up", "rise from the lowest price since then", Unit::none, kAny, Need::defaulted},
          s.run_up);
    visit(Field{"realised_volatility", "exponentially weighted, a year; multiples are of today's implied",
                Unit::none, kAny, Need::defaulted},
          s.realised_volatility);
    visit(Field{"half_spread", "as quoted", Unit::none, kAny, Need::defaulted}, s.half_spread);
    visit(Field{"daily_volume", "as it stands, in account currency", Unit::none, kAny, Need::defaulted},
          s.daily_volume);
    visit(Field{"hedger_flow",
                "traded by the crowd of hedgers over the past, over the daily volume; needs feedback",
                Unit::none, kAny, Need::defaulted},
          s.hedger_flow);
  }
};

}  // namespace unhedged::config
