#pragma once
#include "engine/config/hedgers/account_spec.hpp"
#include "engine/config/hedgers/costs_spec.hpp"
#include "engine/config/hedgers/execution_spec.hpp"
#include "engine/config/hedgers/hedge_with_spec.hpp"
#include "engine/config/hedgers/objective_spec.hpp"
#include "engine/config/hedgers/rule_spec.hpp"

/// When, in what and at what cost a hedger trades, of any model.
namespace unhedged::config {

struct CloseOutWords {
  using Value = hedging::CloseOut;
  static constexpr std::pair<const char*, Value> table[] = {
      {"mid", Value::mid}, {"market", Value::market}, {"none", Value::none}};
};

struct LatencyLawWords {
  using Value = hedging::Latency::Law;
  static constexpr std::pair<const char*, Value> table[] = {{"fixed", Value::fixed},
                                                            {"exponential", Value::exponential}};
};

/// What the delta of contracts paid in coin keeps still.
enum class CoinDelta { money, premium_adjusted };

struct CoinDeltaWords {
  using Value = CoinDelta;
  static constexpr std::pair<const char*, Value> table[] = {{"money", Value::money},
                                                            {"premium_adjusted", Value::premium_adjusted}};
};

/// The keys of all that hedge.
struct TradingSpec {
  ObjectiveSpec objective;
  RuleSpec rebalance;
  WordOr<NoneWord, CostSpec> costs{CostSpec{}};
  Word<CloseOutWords> close_out;
  HedgeWithSpec hedge_with;
  std::optional<Duration> latency;
  std::optional<Word<LatencyLawWords>> latency_law;
  std::optional<std::vector<std::string>> hedge;
  std::optional<Word<CoinDeltaWords>> coin_delta;
  ExecutionSpec execution;
  std::optional<AccountSpec> account;

  static void describe(auto& visit, auto& s) {
    if (ObjectiveSpec::is_offered())
      visit(Field{"objective", "what it wants to hold: a strategy, or a map of one and its parameters",
                  Unit::none, kAny, Need::defaulted},
            s.objective);
    visit(Field{"rebalance", "when to trade: all of these rules hold", Unit::none, kAny, Need::defaulted},
          s.rebalance);
    visit(Field{"costs",
                "what overrides the market's costs; `none` trades at mid and pays no fee, of venues neither",
                Unit::none, kAny, Need::defaulted},
          s.costs);
    visit(Field{"close_out",
                "at the horizon: turn into cash at mid or leave it marked there (`none`), at no cost; or "
                "trade at market",
                Unit::none, kAny, Need::defaulted},
          s.close_out);
    visit(Field{"hedge_with", HedgeWithWords::help(), Unit::none, kAny, Need::defaulted}, s.hedge_with);
    visit(Field{"latency",
                "from a decision to the moment its order is at the market; it is filled at the first grid "
                "time not before that, at the price of then (default: at once); nights take none",
                Unit::none, kPositive, Need::defaulted},
          s.latency);
    visit(Field{"latency_law",
                "of `latency`: fixed, or exponential: drawn anew for every decision, with that mean",
                Unit::none, kAny, Need::defaulted},
          s.latency_law);
    visit(Field{"hedge", "assets that are hedged, the others are held as they are (default: all)", Unit::none,
                kAny, Need::defaulted},
          s.hedge);
    visit(Field{"coin_delta",
                "of contracts paid in coin: `money` (the default) counts the coins that the book keeps; "
                "`premium_adjusted` counts none, and subtracts what options are worth in coin",
                Unit::none, kAny, Need::defaulted},
          s.coin_delta);
    ExecutionSpec::describe(visit, s.execution);
    visit(Field{"account", "collateral, margin and what money costs (default: none of these)", Unit::none,
                kAny, Need::defaulted},
          s.account);
  }
};

}  // namespace unhedged::config
