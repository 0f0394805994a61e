#pragma once
#include "engine/config/choice.hpp"

/// Parts of a regime beyond the process of the price.
namespace unhedged::config {

/// What entering a regime does to a state that is there; docs/methods/regimes.md.
struct CarryWords {
  enum class Value { automatic, carry, reset };
  static constexpr std::pair<const char*, Value> table[] = {{"carry", Value::carry}, {"reset", Value::reset}};
};

struct OnEntryKey {
  Word<CarryWords> on_entry;

  bool resets() const { return on_entry.value == CarryWords::Value::reset; }
  bool states_entry() const { return on_entry.value != CarryWords::Value::automatic; }
  static void describe(auto& visit, auto& s, const char* help) {
    visit(Field{"on_entry", help, Unit::none, kAny, Need::defaulted}, s.on_entry);
  }
};

struct StartWords {
  enum class Value { automatic, stationary, quiet };
  static constexpr std::pair<const char*, Value> table[] = {{"stationary", Value::stationary},
                                                            {"quiet", Value::quiet}};
};

struct ExcitationSpec : OnEntryKey {
  double branching = 0;
  Duration half_life;
  Word<StartWords> start;

  static void describe(auto& visit, auto& s) {
    visit(Field{"branching", "mean number of further jumps that a jump causes directly; from 1 on they never end",
                Unit::none, {0, 1, false, true}, Need::required, kUsualBranching}, s.branching);
    visit(Field{"half_life", "of the rise in the rate", Unit::none, kPositive}, s.half_life);
    visit(Field{"start", "stationary: as if it had always run (the default), or quiet: at the base rate",
                Unit::none, kAny, Need::defaulted}, s.start);
    OnEntryKey::describe(visit, s, "carry: the excitation the path brings goes on (the default), or reset: it begins as "
                         "`start` says");
  }
};

struct LiquiditySpec : OnEntryKey {
  std::optional<Level> half_spread, daily_volume;
  double spread_elasticity = 0, volume_elasticity = 0, withdrawn_by_jump = 0, noise = 0;
  std::optional<Duration> resilience;
  std::optional<double> participation;
  double outages = 1;

  static void describe(auto& visit, auto& s) {
    visit(Field{"half_spread", "half the bid-ask spread, or a multiple of today's", Unit::ratio,
                {0, 1}, Need::defaulted, Usual{0, 0.5}}, s.half_spread);
    visit(Field{"daily_volume", "traded volume a day in account currency, or a multiple of today's",
                Unit::money, kPositive, Need::defaulted}, s.daily_volume);
    visit(Field{"spread_elasticity", "the spread goes with this power of the volatility over its usual level",
                Unit::none, {-5, 5}, Need::defaulted}, s.spread_elasticity);
    visit(Field{"volume_elasticity", "and the volume with this one", Unit::none, {-5, 5}, Need::defaulted},
          s.volume_elasticity);
    visit(Field{"withdrawn_by_jump", "share of the depth that a jump takes away; volume falls and spread "
                "rises in proportion", Unit::ratio, {0, 1, false, true}, Need::defaulted}, s.withdrawn_by_jump);
    visit(Field{"noise", "standard deviation of the log depth around its level", Unit::ratio, {0, 3}, Need::defaulted},
          s.noise);
    visit(Field{"resilience", "half-life with which depth comes back (default: that of the regime left; 2 h if none "
                "was stated)", Unit::none, kPositive, Need::defaulted, Usual{0, 1, " y"}}, s.resilience);
    visit(Field{"participation", "most of the volume of a step that orders get; the rest waits (default: no cap)",
                Unit::ratio, {0, 1, true, false}, Need::defaulted}, s.participation);
    OnEntryKey::describe(visit, s, "carry: what was withdrawn and the noise go on (the default), or reset: the depth is at "
                         "its level");
    visit(Field{"outages", "what the outage rates of the asset's venues are multiplied by", Unit::none, {0, 1e6},
                Need::defaulted}, s.outages);
  }
};

struct OutageWords {
  enum class Value { halted, stale };
  static constexpr std::pair<const char*, Value> table[] = {{"halted", Value::halted}, {"stale", Value::stale}};
};

struct VenueSpec {
  double share = 0, fee = 0, outage_rate = 0;
  std::optional<Duration> latency, outage_length;
  Word<OutageWords> in_outage;

  static void describe(auto& visit, auto& s) {
    visit(Field{"share", "of the asset's volume; those of all venues make 100 %", Unit::ratio, {0, 1, true, false}}, s.share);
    visit(Field{"fee", "share of the value of each order", Unit::ratio, {0, 1}, Need::defaulted, kUsualFee}, s.fee);
    visit(Field{"latency", "from an order to its fill, at the price then; a whole number of steps; nights take none", Unit::none, kPositive,
                Need::defaulted}, s.latency);
    visit(Field{"outage_rate", "outages a year", Unit::per_year, {0, 1e5}, Need::defaulted, Usual{0, 1e4}}, s.outage_rate);
    visit(Field{"outage_length", "their mean length; needed with outage_rate", Unit::none, kPositive, Need::defaulted},
          s.outage_length);
    visit(Field{"in_outage", "halted: known to be down, or stale: its last quotes still show and orders sent there are lost",
                Unit::none, kAny, Need::defaulted}, s.in_outage);
  }
};

struct CommonJumpsSpec {
  double jump_rate = 0, jump_mean = 0, jump_vol = 0;
  Named<double> loadings;
  std::optional<ExcitationSpec> excitation;

  static void describe(auto& visit, auto& s) {
    visit(Field{"jump_rate", "jumps a year", Unit::per_year, {0, 1e6, true, false}, Need::required, kUsualJumpRate}, s.jump_rate);
    visit(Field{"jump_mean", "mean of the log jump of an asset of loading 1", Unit::ratio, {-10, 10}, Need::required, kUsualJump}, s.jump_mean);
    visit(Field{"jump_vol", "its standard deviation", Unit::ratio, {0, 10}, Need::required, kUsualJumpSize}, s.jump_vol);
    visit(Field{"loadings", "of each asset, or `default`: what its log jump is multiplied by (0: not hit)",
                Unit::none, {-100, 100}}, s.loadings);
    visit(Field{"excitation", "each jump raises the rate of the next", Unit::none, kAny, Need::defaulted},
          s.excitation);
  }
};

struct BubbleSpec : OnEntryKey {
  double hazard = 0, growth = 0, crash_mean = 0, crash_vol = 0, ceiling = 1000;

  static void describe(auto& visit, auto& s) {
    visit(Field{"hazard", "crashes a year where the run-up begins", Unit::per_year, {0, 1e4, true, false}}, s.hazard);
    visit(Field{"growth", "the hazard goes with this power of the price since then", Unit::none, {0, 100}}, s.growth);
    visit(Field{"crash_mean", "mean log move of a crash", Unit::ratio, {-10, 0, false, true}, Need::required, Usual{-3, 0}}, s.crash_mean);
    visit(Field{"crash_vol", "its standard deviation", Unit::ratio, {0, 10}, Need::defaulted, kUsualJumpSize}, s.crash_vol);
    visit(Field{"ceiling", "largest hazard", Unit::per_year, {0, 1e5, true, false}, Need::defaulted}, s.ceiling);
    OnEntryKey::describe(visit, s, "carry: the run-up counts from where a bubble was first entered (the default), or reset: "
                         "from here");
  }
};

struct SentimentSpec : OnEntryKey {
  Duration half_life;
  std::optional<double> initial;
  double drift = 0, volatility = 0, correlation = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"half_life", "of the mood, an Ornstein-Uhlenbeck process of variance 1", Unit::none, kPositive}, s.half_life);
    visit(Field{"initial", "mood it begins from, in standard deviations (default: 0)", Unit::none, {-10, 10},
                Need::defaulted}, s.initial);
    visit(Field{"drift", "added to the drift a year per unit of mood", Unit::ratio, {-100, 100}, Need::defaulted}, s.drift);
    visit(Field{"volatility", "log of the volatility lost per unit of mood (the long-run volatility where it is "
                "stochastic)", Unit::ratio, {-3, 3}, Need::defaulted}, s.volatility);
    visit(Field{"correlation", "between the shocks of mood and price: makes the skew", Unit::none, kCorrelation,
                Need::defaulted}, s.correlation);
    OnEntryKey::describe(visit, s, "carry: the mood the path brings goes on (the default), or reset: it begins at `initial`");
  }
};

struct OrderFlowSpec : OnEntryKey {
  double rate = 0, same = 0, opposite = 0, impact = 0, drain = 0;
  Duration half_life;
  Word<StartWords> start;

  static void describe(auto& visit, auto& s) {
    visit(Field{"rate", "market orders a year that nothing causes, buys and sells alike", Unit::per_year, {0, 1e7, true, false}, Need::required, Usual{0, 1e6}}, s.rate);
    visit(Field{"same", "orders of its own sign that an order causes directly", Unit::none, {0, 1, false, true}}, s.same);
    visit(Field{"opposite", "orders of the other sign that it causes", Unit::none, {0, 1, false, true}, Need::defaulted}, s.opposite);
    visit(Field{"half_life", "of what it causes", Unit::none, kPositive}, s.half_life);
    visit(Field{"start", "stationary: as if orders had always come (the default), or quiet: at the base rate, in balance",
                Unit::none, kAny, Need::defaulted}, s.start);
    OnEntryKey::describe(visit, s, "carry: the intensities the path brings go on (the default), or reset: they begin as "
                         "`start` says");
    visit(Field{"impact", "move of the log price by an order, in its direction", Unit::ratio, {0, 1}, Need::required, Usual{0, 0.01}}, s.impact);
    visit(Field{"drain", "share of the depth an order takes; it comes back with the resilience", Unit::ratio,
                {0, 1, false, true}, Need::defaulted}, s.drain);
  }
};

struct PerpetualSpec : OnEntryKey {
  double funding = 0, basis = 0, basis_vol = 0;
  std::optional<Duration> basis_half_life;

  static void describe(auto& visit, auto& s) {
    visit(Field{"funding", "a year, on the value of the position; longs pay it when it is positive", Unit::ratio,
                {-1000, 1000}, Need::required, Usual{-20, 20, " a year"}}, s.funding);
    visit(Field{"basis", "level of log(perpetual / spot)", Unit::ratio, {-2, 2}, Need::defaulted, Usual{-0.5, 0.5}}, s.basis);
    visit(Field{"basis_vol", "standard deviation of the basis around its level", Unit::ratio, {0, 2}, Need::defaulted, Usual{0, 0.5}},
          s.basis_vol);
    visit(Field{"basis_half_life", "with which it returns there (default: 8 h)", Unit::none, kPositive, Need::defaulted},
          s.basis_half_life);
    OnEntryKey::describe(visit, s, "carry: the basis the path brings goes on (the default), or reset: it is at its level");
  }
};

struct FeedbackSpec {
  double crowding = 0;
  double permanent = 0.314, transient = 0;
  std::optional<Duration> half_life;

  static void describe(auto& visit, auto& s) {
    visit(Field{"crowding", "number of books like this one that the market holds; what the hedger trades, they "
                "trade as well, and it moves the price", Unit::none, {0, 1e6}, Need::required, Usual{0, 100}}, s.crowding);
    visit(Field{"permanent", "log-price move by trading a day's volume, in daily volatilities (linear; 0.314 in "
                "Almgren et al. 2005)", Unit::none, {0, 1e3}, Need::defaulted}, s.permanent);
    visit(Field{"transient", "the part that decays, times the root of the share of volume", Unit::none, {0, 1e3},
                Need::defaulted}, s.transient);
    visit(Field{"half_life", "of the transient part; needed with it", Unit::none, kPositive, Need::defaulted}, s.half_life);
  }
};

struct ThresholdSpec {
  std::string asset;
  std::optional<double> above, below;

  static void describe(auto& visit, auto& s) {
    visit(Field{"asset", "one of market.assets, or `first`: the first of them", Unit::none, kAny}, s.asset);
    visit(Field{"above", "fires when the quantity exceeds this", Unit::ratio, kNotNegative, Need::defaulted}, s.above);
    visit(Field{"below", "fires when it is less than this", Unit::ratio, kNotNegative, Need::defaulted}, s.below);
  }
};

struct LevelThresholdSpec {
  std::string asset;
  std::optional<Level> above, below;

  static void describe(auto& visit, auto& s) {
    visit(Field{"asset", "one of market.assets, or `first`"}, s.asset);
    visit(Field{"above", "fires when the quantity exceeds this, or this multiple of today's", Unit::ratio, kNotNegative,
                Need::defaulted}, s.above);
    visit(Field{"below", "fires when it is less", Unit::ratio, kNotNegative, Need::defaulted}, s.below);
  }
};

struct WindowThresholdSpec : LevelThresholdSpec {
  std::optional<Duration> half_life;

  static void describe(auto& visit, auto& s) {
    LevelThresholdSpec::describe(visit, s);
    visit(Field{"half_life", "of the weights of the past (default: 1 d)", Unit::none, kPositive, Need::defaulted},
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
    visit(Field{"drawdown", "fall from the highest price since `from` was entered", Unit::none, kAny, Need::defaulted}, s.drawdown);
    visit(Field{"run_up", "rise from the lowest price since then", Unit::none, kAny, Need::defaulted}, s.run_up);
    visit(Field{"realised_volatility", "exponentially weighted, a year; multiples are of today's implied", Unit::none, kAny,
                Need::defaulted}, s.realised_volatility);
    visit(Field{"half_spread", "as quoted", Unit::none, kAny, Need::defaulted}, s.half_spread);
    visit(Field{"daily_volume", "as it stands, in account currency", Unit::none, kAny, Need::defaulted}, s.daily_volume);
    visit(Field{"hedger_flow", "traded by the crowd of hedgers over the past, over the daily volume; needs feedback",
                Unit::none, kAny, Need::defaulted}, s.hedger_flow);
  }
};

}  // namespace unhedged::config
