#pragma once
#include "engine/config/market_spec.hpp"
#include "engine/simulation/history.hpp"

/// What happened, so that a scenario can be held against it.
namespace unhedged::config {

struct MeasureWords {
  using Value = simulation::HistoryMeasure;
  static constexpr std::pair<const char*, Value> table[] = {
      {"move", Value::move},
      {"worst_move", Value::worst_move},
      {"best_move", Value::best_move},
      {"drawdown", Value::drawdown},
      {"run_up", Value::run_up},
      {"lowest_price", Value::lowest_price},
      {"realised_volatility", Value::realised_volatility},
      {"volatility_multiple", Value::volatility_multiple},
      {"implied_multiple", Value::implied_multiple},
      {"correlation", Value::correlation},
      {"spread_multiple", Value::spread_multiple},
      {"volume_multiple", Value::volume_multiple},
      {"spread_after", Value::spread_after},
      {"volume_after", Value::volume_after},
      {"spread_recovery", Value::spread_recovery},
      {"volume_recovery", Value::volume_recovery},
      {"time_halted", Value::time_halted},
      {"time_in_regime", Value::time_in_regime},
      {"basis", Value::basis},
      {"funding", Value::funding}};
};

struct FactSpec {
  std::string what, where;
  Word<MeasureWords> measure;
  std::string asset, other, regime;
  std::optional<Duration> over, time;
  std::optional<double> value, share;

  static void describe(auto& visit, auto& s) {
    visit(Field{"what", "the fact in words"}, s.what);
    visit(Field{"where", "who says so"}, s.where);
    visit(Field{"measure", "what of a simulated path is compared with it; see docs/methods/scenarios.md"},
          s.measure);
    visit(Field{"asset", "of history.market (default: its first)", Unit::none, kAny, Need::defaulted},
          s.asset);
    visit(Field{"other", "second asset of a correlation", Unit::none, kAny, Need::defaulted}, s.other);
    visit(Field{"regime", "regime that is timed", Unit::none, kAny, Need::defaulted}, s.regime);
    visit(
        Field{"over",
              "window of a move, a volatility or a correlation (default: the whole horizon); time after the "
              "extreme, of spread_after and volume_after",
              Unit::none, kPositive, Need::defaulted},
        s.over);
    visit(Field{"share",
                "of the widening or the loss that is back after a recovery (default 50 %)",
                Unit::ratio,
                {0, 1, true, false},
                Need::defaulted},
          s.share);
    visit(Field{"value", "what was seen", Unit::ratio, kAny, Need::defaulted}, s.value);
    visit(Field{"time", "what was seen, of measures of time", Unit::none, kPositive, Need::defaulted},
          s.time);
  }
};

struct HistorySpec {
  MarketSpec market;
  Duration horizon, step;
  std::vector<FactSpec> facts;

  static void describe(auto& visit, auto& s) {
    visit(Field{"market", "as it was on the eve"}, s.market);
    visit(Field{"horizon", "time that is compared", Unit::none, kPositive, Need::required, kUsualLife},
          s.horizon);
    visit(Field{"step", "of the simulation", Unit::none, kPositive}, s.step);
    visit(Field{"facts", "what happened"}, s.facts);
  }
};

}  // namespace unhedged::config
