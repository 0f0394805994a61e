#pragma once
#include "engine/config/hedgers/costs_spec.hpp"
#include "engine/config/hedgers/trading_spec.hpp"

/// The hedger that believes in Black and Scholes.
namespace unhedged::config {

struct ImpliedWord {
  static constexpr const char* word = "implied";
};

struct VolatilityNumber {
  double value = 0;
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   VolatilityNumber& out) {
    Reader(findings).read(record, Field{"", "", Unit::ratio, field.bounds, field.need, field.usual}, path,
                          out.value);
  }
};

struct BlackScholesSpec {
  static constexpr const char* name = "black_scholes";
  static constexpr const char* help = "delta of Black-Scholes at a fixed or the implied volatility";
  WordOr<ImpliedWord, VolatilityNumber> volatility;
  RebalanceSpec rebalance;
  WordOr<NoneWord, CostSpec> costs{CostSpec{}};
  Word<CloseOutWords> close_out;
  Word<HedgeWithWords> hedge_with;
  std::optional<Duration> latency;
  std::optional<Word<LatencyLawWords>> latency_law;
  std::optional<std::vector<std::string>> hedge;

  static void describe(auto& visit, auto& s) {
    visit(Field{"volatility",
                "a number, or `implied`: the quote of each option at that moment",
                Unit::ratio,
                {0, 100, true, false},
                Need::defaulted,
                kUsualQuote},
          s.volatility);
    visit(Field{"rebalance", "when to trade", Unit::none, kAny, Need::defaulted}, s.rebalance);
    visit(Field{"costs",
                "what overrides the market's costs; `none` trades at mid and pays no fee, of venues neither",
                Unit::none, kAny, Need::defaulted},
          s.costs);
    visit(Field{"close_out",
                "at the horizon: turn into cash at mid or leave it marked there (`none`), at no cost; or "
                "trade at market",
                Unit::none, kAny, Need::defaulted},
          s.close_out);
    visit(Field{"hedge_with", "spot, or perpetual: the perpetual future of every asset that has one",
                Unit::none, kAny, Need::defaulted},
          s.hedge_with);
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
  }
};

}  // namespace unhedged::config
