#pragma once
#include "engine/config/regime/on_entry.hpp"
#include "engine/world/scenario.hpp"

/// Orders that move the price: those of the market, and those of the hedgers.
namespace unhedged::config {

struct OrderFlowSpec : world::OrderFlow, OnEntryKey {
  Duration half_life;
  Word<StartWords> start;

  static void describe(auto& visit, auto& s) {
    visit(Field{"rate",
                "market orders a year that nothing causes, buys and sells alike",
                Unit::per_year,
                {0, 1e7, true, false},
                Need::required,
                Usual{0, 1e6}},
          s.rate);
    visit(
        Field{
            "same", "orders of its own sign that an order causes directly", Unit::none, {0, 1, false, true}},
        s.same);
    visit(Field{"opposite",
                "orders of the other sign that it causes",
                Unit::none,
                {0, 1, false, true},
                Need::defaulted},
          s.opposite);
    visit(Field{"half_life", "of what it causes", Unit::none, kPositive}, s.half_life);
    visit(
        Field{
            "start",
            "stationary: as if orders had always come (the default), or quiet: at the base rate, in balance",
            Unit::none, kAny, Need::defaulted},
        s.start);
    OnEntryKey::describe(
        visit, s,
        "carry: the intensities the path brings go on (the default), or reset: they begin as "
        "`start` says");
    visit(Field{"impact",
                "move of the log price by an order, in its direction",
                Unit::ratio,
                {0, 1},
                Need::required,
                Usual{0, 0.01}},
          s.impact);
    visit(Field{"drain",
                "share of the depth an order takes; it comes back with the resilience",
                Unit::ratio,
                {0, 1, false, true},
                Need::defaulted},
          s.drain);
  }
};

struct FeedbackSpec {
  double crowding = 0;
  double permanent = 0.314, transient = 0;
  std::optional<Duration> half_life;

  static void describe(auto& visit, auto& s) {
    visit(Field{"crowding",
                "number of books like this one that the market holds; what the hedger trades, they "
                "trade as well, and it moves the price",
                Unit::none,
                {0, 1e6},
                Need::required,
                Usual{0, 100}},
          s.crowding);
    visit(Field{"permanent",
                "log-price move by trading a day's volume, in daily volatilities (linear; 0.314 in "
                "Almgren et al. 2005)",
                Unit::none,
                {0, 1e3},
                Need::defaulted},
          s.permanent);
    visit(Field{"transient",
                "the part that decays, times the root of the share of volume",
                Unit::none,
                {0, 1e3},
                Need::defaulted},
          s.transient);
    visit(Field{"half_life", "of the transient part; needed with it", Unit::none, kPositive, Need::defaulted},
          s.half_life);
  }
};

}  // namespace unhedged::config
