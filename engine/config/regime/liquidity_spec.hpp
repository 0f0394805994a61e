#pragma once
#include "engine/config/regime/on_entry.hpp"

/// How an asset trades, and where.
namespace unhedged::config {

struct LiquiditySpec : OnEntryKey {
  std::optional<Level> half_spread, daily_volume;
  double spread_elasticity = 0, volume_elasticity = 0, withdrawn_by_jump = 0, noise = 0;
  std::optional<Duration> resilience;
  std::optional<double> participation;
  double outages = 1;

  static void describe(auto& visit, auto& s) {
    visit(Field{"half_spread",
                "half the bid-ask spread, or a multiple of today's",
                Unit::ratio,
                {0, 1},
                Need::defaulted,
                Usual{0, 0.5}},
          s.half_spread);
    visit(Field{"daily_volume", "traded volume a day in account currency, or a multiple of today's",
                Unit::money, kPositive, Need::defaulted},
          s.daily_volume);
    visit(Field{"spread_elasticity",
                "the spread goes with this power of the volatility over its usual level",
                Unit::none,
                {-5, 5},
                Need::defaulted},
          s.spread_elasticity);
    visit(Field{"volume_elasticity", "and the volume with this one", Unit::none, {-5, 5}, Need::defaulted},
          s.volume_elasticity);
    visit(Field{"withdrawn_by_jump",
                "share of the depth that a jump takes away; volume falls and spread "
                "rises in proportion",
                Unit::ratio,
                {0, 1, false, true},
                Need::defaulted},
          s.withdrawn_by_jump);
    visit(Field{"noise",
                "standard deviation of the log depth around its level",
                Unit::ratio,
                {0, 3},
                Need::defaulted},
          s.noise);
    visit(Field{"resilience",
                "half-life with which depth comes back (default: that of the regime left; 2 h if none "
                "was stated)",
                Unit::none, kPositive, Need::defaulted, Usual{0, 1, " y"}},
          s.resilience);
    visit(Field{"participation",
                "most of the volume of a step that orders get; the rest waits (default: no cap)",
                Unit::ratio,
                {0, 1, true, false},
                Need::defaulted},
          s.participation);
    OnEntryKey::describe(
        visit, s,
        "carry: what was withdrawn and the noise go on (the default), or reset: the depth is at "
        "its level");
    visit(Field{"outages",
                "what the outage rates of the asset's venues are multiplied by",
                Unit::none,
                {0, 1e6},
                Need::defaulted},
          s.outages);
  }
};

struct OutageWords {
  enum class Value { halted, stale };
  static constexpr std::pair<const char*, Value> table[] = {{"halted", Value::halted},
                                                            {"stale", Value::stale}};
};

struct VenueSpec {
  double share = 0, fee = 0, outage_rate = 0;
  std::optional<Duration> latency, outage_length;
  Word<OutageWords> in_outage;

  static void describe(auto& visit, auto& s) {
    visit(Field{"share",
                "of the asset's volume; those of all venues make 100 %",
                Unit::ratio,
                {0, 1, true, false}},
          s.share);
    visit(Field{"fee", "share of the value of each order", Unit::ratio, {0, 1}, Need::defaulted, kUsualFee},
          s.fee);
    visit(Field{"latency",
                "from an order to its fill, at the price then; a whole number of steps; nights take none",
                Unit::none, kPositive, Need::defaulted},
          s.latency);
    visit(Field{"outage_rate", "outages a year", Unit::per_year, {0, 1e5}, Need::defaulted, Usual{0, 1e4}},
          s.outage_rate);
    visit(Field{"outage_length", "their mean length; needed with outage_rate", Unit::none, kPositive,
                Need::defaulted},
          s.outage_length);
    visit(
        Field{"in_outage",
              "halted: known to be down, or stale: its last quotes still show and orders sent there are lost",
              Unit::none, kAny, Need::defaulted},
        s.in_outage);
  }
};

}  // namespace unhedged::config
