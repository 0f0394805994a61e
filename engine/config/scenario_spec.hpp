#pragma once
#include "engine/config/dynamics_spec.hpp"
#include "engine/config/history_spec.hpp"
#include "engine/config/regime/liquidity_spec.hpp"
#include "engine/config/regime/order_flow_spec.hpp"
#include "engine/config/regime/perpetual_spec.hpp"
#include "engine/config/regime/sentiment_spec.hpp"
#include "engine/config/regime/when_spec.hpp"
#include "engine/world/scenario.hpp"

/// What a scenario file says.
namespace unhedged::config {

struct SourceSpec {
  std::string what, where;

  static void describe(auto& visit, auto& s) {
    visit(Field{"what", "the fact that is used"}, s.what);
    visit(Field{"where", "who says so"}, s.where);
  }
};

struct BlockSpec {
  std::vector<std::string> assets;
  std::optional<double> within;

  static void describe(auto& visit, auto& s) {
    visit(Field{"assets", "members of the block"}, s.assets);
    visit(Field{"within", "correlation of any two of them (needed unless there is one)", Unit::none,
                kCorrelation, Need::defaulted, kUsualCorrelation},
          s.within);
  }
};

struct RegimeCorrelationSpec {
  double spike = 0;
  std::vector<BlockSpec> blocks;
  std::optional<double> between_blocks;
  std::vector<PairSpec> pairs;
  std::optional<Duration> blend;
  double variance = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"blocks", "groups of assets with one correlation within each, which replace the market's",
                Unit::none, kAny, Need::defaulted},
          s.blocks);
    visit(Field{"between_blocks", "correlation of assets of different blocks (default: the market's)",
                Unit::none, kCorrelation, Need::defaulted, kUsualCorrelation},
          s.between_blocks);
    visit(Field{"pairs", "correlations that replace these, before the spike", Unit::none, kAny,
                Need::defaulted},
          s.pairs);
    visit(Field{"spike", "fraction of its way to 1 every correlation moves", Unit::ratio, kUnitInterval,
                Need::defaulted},
          s.spike);
    visit(
        Field{"blend", "time over which this correlation replaces that of the regime left (default: at once)",
              Unit::none, kPositive, Need::defaulted},
        s.blend);
    visit(Field{"variance",
                "correlation of the shocks of any two variances, apart from what the prices' shocks bring",
                Unit::none, kUnitInterval, Need::defaulted},
          s.variance);
  }
};

struct ImpliedSpec : OnEntryKey {
  double premium = 0, skew = 0, curvature = 0;
  std::optional<Duration> half_life;

  static void describe(auto& visit, auto& s) {
    visit(Field{"premium",
                "implied over expected volatility, less 1",
                Unit::ratio,
                {-0.99, 10},
                Need::defaulted,
                Usual{-0.97, 3}},
          s.premium);
    visit(Field{"skew",
                "change of implied volatility per unit of log(strike/forward)/sqrt(years)",
                Unit::ratio,
                {-10, 10},
                Need::defaulted,
                Usual{-1, 1}},
          s.skew);
    visit(
        Field{
            "curvature", "change per unit of its square", Unit::ratio, {0, 10}, Need::defaulted, Usual{0, 2}},
        s.curvature);
    visit(Field{"half_life", "with which quotes follow a stochastic variance (default: at once)", Unit::none,
                kPositive, Need::defaulted},
          s.half_life);
    OnEntryKey::describe(visit, s,
                         "carry: quotes go on from where they were (the default), or reset: they are at the "
                         "variance");
  }
};

/// As it is written, the shift is a share of today's price.
template <>
struct Keys<world::EntryGap> {
  static void describe(auto& visit, auto& s) {
    visit(Field{"jump_mean", "mean of the log gap", Unit::ratio, {-10, 10}, Need::defaulted, kUsualJump},
          s.mean);
    visit(Field{"jump_vol",
                "standard deviation of the log gap",
                Unit::ratio,
                {0, 10},
                Need::defaulted,
                kUsualJumpSize},
          s.deviation);
    visit(Field{"shift",
                "mean move of the price itself, as a share of today's; with bachelier dynamics",
                Unit::ratio,
                {-100, 100},
                Need::defaulted,
                Usual{-5, 5}},
          s.shift);
    visit(Field{"shift_vol", "its standard deviation", Unit::ratio, {0, 100}, Need::defaulted, Usual{0, 5}},
          s.shift_deviation);
  }
};

struct TradingWords {
  enum class Value { open, halted };
  static constexpr std::pair<const char*, Value> table[] = {{"open", Value::open}, {"halted", Value::halted}};
};

struct RegimeSpec {
  Named<DynamicsSpec> dynamics;
  std::optional<RegimeCorrelationSpec> correlation;
  Named<LiquiditySpec> liquidity;
  Named<ImpliedSpec> implied_vol;
  Named<CommonJumpsSpec> common_jumps;
  Named<BubbleSpec> bubble;
  Named<SentimentSpec> sentiment;
  Named<OrderFlowSpec> order_flow;
  Named<PerpetualSpec> perpetual;
  Word<CarryWords> variance;
  Named<world::EntryGap> on_entry;
  Word<TradingWords> trading;

  static void describe(auto& visit, auto& s) {
    visit(Field{"dynamics", "process of each asset; `default` stands for those not named"}, s.dynamics);
    visit(Field{"correlation", "of the drivers of the prices (default: the market's)", Unit::none, kAny,
                Need::defaulted},
          s.correlation);
    visit(Field{"liquidity", "of each asset, or `default` (default: today's)", Unit::none, kAny,
                Need::defaulted},
          s.liquidity);
    visit(Field{"implied_vol", "how quotes of each asset, or `default`, stand to the expected variance",
                Unit::none, kAny, Need::defaulted},
          s.implied_vol);
    visit(Field{"common_jumps", "jumps that hit several assets at once, by name", Unit::none, kAny,
                Need::defaulted},
          s.common_jumps);
    visit(Field{"bubble", "of each asset, or `default`: crashes that become likelier as the price runs up",
                Unit::none, kAny, Need::defaulted},
          s.bubble);
    visit(Field{"sentiment", "of each asset, or `default`: a mood that moves drift and volatility",
                Unit::none, kAny, Need::defaulted},
          s.sentiment);
    visit(Field{"order_flow", "of each asset, or `default`: signed orders that cause more of their kind",
                Unit::none, kAny, Need::defaulted},
          s.order_flow);
    visit(Field{"perpetual", "funding and basis of each asset, or `default` (default: today's)", Unit::none,
                kAny, Need::defaulted},
          s.perpetual);
    visit(Field{"variance",
                "what entering does to a stochastic variance: carry or reset (default: reset "
                "where the dynamics state a volatility)",
                Unit::none, kAny, Need::defaulted},
          s.variance);
    visit(Field{"on_entry",
                "gap of each asset's price, or `default`, when a transition enters the regime; it is not "
                "compensated",
                Unit::none, kAny, Need::defaulted},
          s.on_entry);
    visit(Field{"trading", "open, or halted: prices move and nobody trades (the horizon closes all the same)",
                Unit::none, kAny, Need::defaulted},
          s.trading);
  }
};

struct TransitionSpec {
  std::string from, to;
  std::optional<Duration> at, after;
  std::optional<double> rate;
  std::optional<WhenSpec> when;

  static void describe(auto& visit, auto& s) {
    visit(Field{"from", "regime left; * stands for every other"}, s.from);
    visit(Field{"to", "regime entered"}, s.to);
    visit(Field{"at", "time since today", Unit::none, kPositive, Need::defaulted}, s.at);
    visit(Field{"after", "time since `from` was entered", Unit::none, kPositive, Need::defaulted}, s.after);
    visit(Field{"rate", "changes a year, at random", Unit::per_year, kPositive, Need::defaulted}, s.rate);
    visit(Field{"when", "a condition on the market", Unit::none, kAny, Need::defaulted}, s.when);
  }
};

struct ScenarioSpec {
  std::string name, title, description;
  std::vector<SourceSpec> sources;
  std::string start;
  Named<RegimeSpec> regimes;
  std::vector<TransitionSpec> transitions;
  std::optional<FeedbackSpec> feedback;
  std::optional<HistorySpec> history;
  double severity = 1;

  static void describe(auto& visit, auto& s) {
    visit(Field{"name", "how results call it"}, s.name);
    visit(Field{"title", "one line", Unit::none, kAny, Need::defaulted}, s.title);
    visit(Field{"description", "what it is for", Unit::none, kAny, Need::defaulted}, s.description);
    visit(Field{"sources", "where its figures come from; a file must state them", Unit::none, kAny,
                Need::defaulted},
          s.sources);
    visit(Field{"start", "regime of today; may be left out if there is only one", Unit::none, kAny,
                Need::defaulted},
          s.start);
    visit(Field{"regimes", "states of the market, by name"}, s.regimes);
    visit(Field{"transitions", "when the regime changes", Unit::none, kAny, Need::defaulted}, s.transitions);
    visit(Field{"feedback", "hedging that moves the price", Unit::none, kAny, Need::defaulted}, s.feedback);
    visit(Field{"history",
                "what happened, and the market it happened to: what `describe scenarios NAME --simulate` "
                "compares the scenario with",
                Unit::none, kAny, Need::defaulted},
          s.history);
    visit(Field{"severity",
                "how much worse than written: regimes other than today's depart this many times as far from "
                "today's market",
                Unit::none,
                {0, 10, true, false},
                Need::defaulted},
          s.severity);
  }
};

}  // namespace unhedged::config
