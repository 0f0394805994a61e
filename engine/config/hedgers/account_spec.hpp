#pragma once
#include "engine/config/hedgers/execution_spec.hpp"
#include "engine/config/margin/yardstick_spec.hpp"
#include "engine/hedging/account_terms.hpp"

/// The account of a hedger: what is there, what must be, and what money costs.
namespace unhedged::config {

struct UnlimitedWord {
  static constexpr const char* word = "unlimited";
};

/// Shares of the value of the hedge, or a model by its name and what is set of it.
struct AccountMarginSpec {
  static constexpr const char* fraction = "fraction";
  std::string model;
  std::optional<double> initial, maintenance, leverage;
  YardstickKeysSpec keys;

  static void describe(auto& visit, auto& s) {
    visit(Field{"model",
                "fraction: shares of the value of the hedge, without sign; or the name or path of a file of "
                "margin_models/, a matrix, tiers or leverage"},
          s.model);
    visit(
        Field{"initial",
              "of fraction: share of the value of the hedge that must be there for it to grow (needed there)",
              Unit::ratio,
              {0, 1, true, false},
              Need::defaulted},
        s.initial);
    visit(Field{"maintenance",
                "of fraction: share of it below which cash is called for; at most `initial` (needed there)",
                Unit::ratio,
                {0, 1, true, false},
                Need::defaulted},
          s.maintenance);
    visit(Field{"leverage",
                "of tiers: value over initial margin, which is at least the maintenance (needed there)",
                Unit::none,
                {1, 1000},
                Need::defaulted},
          s.leverage);
    YardstickKeysSpec::describe_matrix(visit, s.keys);
  }
};

struct PledgeSpec {
  double units = 0, haircut = 0, elasticity = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"units", "of the asset that are there today", Unit::units, kPositive}, s.units);
    visit(Field{"haircut", "share of its value that does not count", Unit::ratio, {0, 1}}, s.haircut);
    visit(
        Field{"elasticity",
              "what counts of it falls with the price: as (price / today's)^elasticity where that is below 1",
              Unit::none,
              {0, 10},
              Need::defaulted},
        s.elasticity);
  }
};

struct CollateralSpec {
  double cash = 0;
  Named<PledgeSpec> assets;

  static void describe(auto& visit, auto& s) {
    visit(Field{"cash", "there today; it grows at the rate", Unit::money, kNotNegative, Need::defaulted},
          s.cash);
    visit(Field{"assets",
                "by name: what is there of assets of the market, and is sold where positions are closed",
                Unit::none, kAny, Need::defaulted},
          s.assets);
  }
};

struct OnBreachSpec {
  std::optional<Duration> grace;
  WordOr<UnlimitedWord, double> top_up{0.0};
  double part = 1;
  std::optional<Duration> pause;
  double backstop_below = 0;

  static void describe(auto& visit, auto& s) {
    visit(
        Field{"grace", "from a call to its payment (default: none)", Unit::none, kPositive, Need::defaulted},
        s.grace);
    visit(Field{"top_up", "most that is paid in on calls, all in all", Unit::money, kNotNegative,
                Need::defaulted},
          s.top_up);
    visit(
        Field{"part",
              "of the positions, that is closed at once when a call is not met; the next follows while there "
              "is too little",
              Unit::ratio,
              {0, 1, true, false},
              Need::defaulted},
        s.part);
    visit(
        Field{"pause", "from a part to the next (default: one step)", Unit::none, kPositive, Need::defaulted},
        s.pause);
    visit(Field{"backstop_below",
                "share of the maintenance margin below which all is closed at once, whatever grace and parts",
                Unit::ratio,
                {0, 1},
                Need::defaulted},
          s.backstop_below);
  }
};

struct RankingWords {
  using Value = hedging::DeleveragingTerms::QueueRule;
  static constexpr std::pair<const char*, Value> table[] = {
      {"binance", Value::binance}, {"bitmex", Value::bitmex}, {"hyperliquid", Value::hyperliquid}};
};

struct ClosedAtWords {
  using Value = hedging::DeleveragingTerms::At;
  static constexpr std::pair<const char*, Value> table[] = {{"bankruptcy", Value::bankruptcy},
                                                            {"mark", Value::mark}};
};

template <>
struct Keys<hedging::LeverageLaw> {
  static void describe(auto& visit, auto& s) {
    visit(Field{"median", "half have less", Unit::none, {0, 1000, true, false}, Need::required, {1, 200}},
          s.median);
    visit(
        Field{
            "spread", "factor that is one deviation of the lognormal law", Unit::none, {1, 100, true, false}},
        s.spread);
  }
};

struct AdlSpec {
  Word<RankingWords> rule;
  Word<ClosedAtWords> closed_at;
  double fund = 0, open_interest = 0;
  hedging::LeverageLaw leverage;
  double maintenance = 0.5;
  std::optional<Duration> out_for;

  static void describe(auto& visit, auto& s) {
    visit(Field{"rule", "of the venue by which winners are ranked: who ranks first is closed first"}, s.rule);
    visit(Field{"closed_at", "at the price at which the losers' margin is spent, or at the mark", Unit::none,
                kAny, Need::defaulted},
          s.closed_at);
    visit(Field{"fund", "of each perpetual, which pays for what losers cannot", Unit::money, kNotNegative},
          s.fund);
    visit(Field{"open_interest", "of each perpetual, at today's price", Unit::money, kPositive},
          s.open_interest);
    visit(Field{"leverage", "of those who hold it, on both sides, in at today's price"}, s.leverage);
    visit(Field{"maintenance",
                "share of a loser's margin below which it is closed",
                Unit::ratio,
                {0, 1, false, true},
                Need::defaulted},
          s.maintenance);
    visit(Field{"out_for", "time for which what was taken cannot be bought back (default: none)", Unit::none,
                kPositive, Need::defaulted},
          s.out_for);
  }
};

struct CoveredWords {
  using Value = hedging::Covered;
  static constexpr std::pair<const char*, Value> table[] = {{"hedge", Value::hedge}, {"all", Value::all}};
};

struct AccountSpec {
  Word<CoveredWords> covers;
  std::optional<double> book_cost;
  std::optional<CollateralSpec> collateral;
  std::optional<AccountMarginSpec> margin;
  std::optional<Duration> check;
  std::optional<OnBreachSpec> on_breach;
  double lending_spread = 0, borrowing_spread = 0;
  std::optional<AmountSpec> borrow_cost;
  std::optional<AdlSpec> adl;

  static void describe(auto& visit, auto& s) {
    visit(Field{"covers", "whose gains and losses it takes: of the hedge (the default) or of the book too",
                Unit::none, kAny, Need::defaulted},
          s.covers);
    visit(Field{"book_cost",
                "of the book that is closed by force, at the market's mark: share of its units times spot",
                Unit::ratio,
                {0, 1},
                Need::defaulted,
                kUsualSpread},
          s.book_cost);
    visit(Field{"collateral", "what is there for losses (default: as much as is asked for)", Unit::none, kAny,
                Need::defaulted},
          s.collateral);
    visit(Field{"margin", "what must be there", Unit::none, kAny, Need::defaulted}, s.margin);
    visit(Field{"check", "how often that is looked at (default: every step)", Unit::none, kPositive,
                Need::defaulted},
          s.check);
    visit(Field{"on_breach", "what happens when too little is there", Unit::none, kAny, Need::defaulted},
          s.on_breach);
    visit(Field{"lending_spread",
                "a year, below the rate, that cash in the account earns less",
                Unit::ratio,
                {0, 1},
                Need::defaulted},
          s.lending_spread);
    visit(Field{"borrowing_spread",
                "a year, above the rate, that cash owed by the account costs more",
                Unit::ratio,
                {0, 10},
                Need::defaulted},
          s.borrowing_spread);
    visit(Field{"borrow_cost",
                "a year, of the value of what is sold short of the assets themselves: a number, or a map by "
                "asset (default: none)",
                Unit::ratio,
                {0, 100},
                Need::defaulted},
          s.borrow_cost);
    visit(Field{"adl", "who has won in a perpetual may be closed because losers cannot pay (default: never)",
                Unit::none, kAny, Need::defaulted},
          s.adl);
  }
};

}  // namespace unhedged::config
