#pragma once
#include "engine/config/choice.hpp"
#include "engine/hedging/hedger.hpp"

/// What a run says about its hedgers.
namespace unhedged::config {

struct ImpliedWord {
  static constexpr const char* word = "implied";
};
struct StepWord {
  static constexpr const char* word = "step";
};
struct NoneWord {
  static constexpr const char* word = "none";
};

struct VolatilityNumber {
  double value = 0;
  static void read(const Record& record, const Field& field, const std::string& path,
                   Findings& findings, VolatilityNumber& out) {
    Reader(findings).read(record, Field{"", "", Unit::ratio, field.bounds, field.need, field.usual}, path,
                          out.value);
  }
};

struct RebalanceSpec {
  WordOr<StepWord, Duration> every;
  double delta_band = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"every", "time between looks: `step` or a multiple of it", Unit::none, kPositive,
                Need::defaulted}, s.every);
    visit(Field{"delta_band", "trade only if the hedge is off target by more than this share of the "
                "book's gross quantity", Unit::ratio, {0, 10}, Need::defaulted, Usual{0, 1}}, s.delta_band);
  }
};

struct ImpactSpec {
  double coefficient = 1;
  double exponent = 0.5;
  double permanent = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"coefficient", "Y in Y * daily volatility * (order / daily volume)^exponent", Unit::none,
                {0, 100}, Need::defaulted, Usual{0, 10}}, s.coefficient);
    visit(Field{"exponent", "0.5 is the square-root law", Unit::none, {0.1, 2}, Need::defaulted},
          s.exponent);
    visit(Field{"permanent", "linear part g in g / 2 * daily volatility * order / daily volume (0.314 in Almgren et al. "
                "2005)", Unit::none, {0, 100}, Need::defaulted, Usual{0, 10}}, s.permanent);
  }
};

struct CostSpec {
  std::optional<double> half_spread;
  double fee = 0;
  WordOr<NoneWord, ImpactSpec> impact{ImpactSpec{}};

  static void describe(auto& visit, auto& s) {
    visit(Field{"half_spread", "half the bid-ask spread (default: the market's)", Unit::ratio, {0, 1},
                Need::defaulted, kUsualSpread}, s.half_spread);
    visit(Field{"fee", "share of the value of each order", Unit::ratio, {0, 1}, Need::defaulted, kUsualFee}, s.fee);
    visit(Field{"impact", "market impact: none, or its coefficient and exponent", Unit::none, kAny,
                Need::defaulted}, s.impact);
  }
};

struct CloseOutWords {
  using Value = hedging::CloseOut;
  static constexpr std::pair<const char*, Value> table[] = {
      {"mid", Value::mid}, {"market", Value::market}, {"none", Value::none}};
};

struct HedgeWithWords {
  enum class Value { spot, perpetual };
  static constexpr std::pair<const char*, Value> table[] = {{"spot", Value::spot}, {"perpetual", Value::perpetual}};
};

struct LatencyLawWords {
  using Value = hedging::Latency::Law;
  static constexpr std::pair<const char*, Value> table[] = {{"fixed", Value::fixed},
                                                            {"exponential", Value::exponential}};
};

struct UnhedgedSpec {
  static constexpr const char* name = "none";
  static constexpr const char* help = "does nothing: the book alone";
  static void describe(auto&, auto&) {}
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
    visit(Field{"volatility", "a number, or `implied`: the quote of each option at that moment",
                Unit::ratio, {0, 100, true, false}, Need::defaulted, kUsualQuote}, s.volatility);
    visit(Field{"rebalance", "when to trade", Unit::none, kAny, Need::defaulted}, s.rebalance);
    visit(Field{"costs", "what overrides the market's costs; `none` trades at mid and pays no fee, of venues neither", Unit::none, kAny,
                Need::defaulted}, s.costs);
    visit(Field{"close_out", "at the horizon: turn into cash at mid or leave it marked there (`none`), at no cost; or trade at market", Unit::none,
                kAny, Need::defaulted}, s.close_out);
    visit(Field{"hedge_with", "spot, or perpetual: the perpetual future of every asset that has one", Unit::none, kAny,
                Need::defaulted}, s.hedge_with);
    visit(Field{"latency", "from a decision to the moment its order is at the market; it is filled at the first grid "
                "time not before that, at the price of then (default: at once); nights take none", Unit::none, kPositive,
                Need::defaulted}, s.latency);
    visit(Field{"latency_law", "of `latency`: fixed, or exponential: drawn anew for every decision, with that mean",
                Unit::none, kAny, Need::defaulted}, s.latency_law);
    visit(Field{"hedge", "assets that are hedged, the others are held as they are (default: all)", Unit::none, kAny,
                Need::defaulted}, s.hedge);
  }
};

struct BeliefKey {
  static constexpr const char* key = "model";
};

/// All hedgers there are, by the name of their model.
using HedgerSpec = Tagged<BeliefKey, UnhedgedSpec, BlackScholesSpec>;

}  // namespace unhedged::config
