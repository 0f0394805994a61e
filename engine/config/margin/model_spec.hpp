#pragma once
#include "engine/config/margin/matrix_spec.hpp"

/// What a file of margin_models says.
namespace unhedged::config {

struct TierSpec {
  double from = 0, rate = 0;
  std::optional<double> amount;

  static void describe(auto& visit, auto& s) {
    visit(Field{"from", "value of the position from which on it holds", Unit::money, kNotNegative}, s.from);
    visit(Field{"rate", "of the value", Unit::ratio, {0, 1, true, true}}, s.rate);
    visit(Field{"amount",
                "taken off, as it is published; it must be what makes the maintenance continuous (default: "
                "that)",
                Unit::money, kNotNegative, Need::defaulted},
          s.amount);
  }
};

struct TiersSpec : ModelAboutSpec {
  static constexpr const char* name_of_kind = "tiers";
  std::vector<TierSpec> tiers;

  static void describe(auto& visit, auto& s) {
    describe_about(visit, s);
    visit(Field{"tiers", "by value of the position, ascending"}, s.tiers);
  }
};

struct LeverageSpec : ModelAboutSpec {
  static constexpr const char* name_of_kind = "leverage";
  double most_leverage = 1, maintenance = 0;
  std::optional<double> whole_below, first_part, backstop_below;
  std::optional<Duration> pause;

  static void describe(auto& visit, auto& s) {
    describe_about(visit, s);
    visit(Field{"most_leverage", "initial margin is the value over this", Unit::none, {1, 1000}},
          s.most_leverage);
    visit(Field{"maintenance", "share of the initial margin", Unit::ratio, kShareBounds}, s.maintenance);
    visit(Field{"whole_below",
                "positions of less value are closed at once, others in parts (default: all at once)",
                Unit::money, kPositive, Need::defaulted},
          s.whole_below);
    visit(Field{"first_part", "of a larger one, that is closed at once (default: all)", Unit::ratio,
                kShareBounds, Need::defaulted},
          s.first_part);
    visit(Field{"pause", "before the rest is (default: none)", Unit::none, kPositive, Need::defaulted},
          s.pause);
    visit(Field{"backstop_below",
                "share of the maintenance: with less equity position and margin are taken over (default: "
                "never)",
                Unit::ratio, kShareBounds, Need::defaulted},
          s.backstop_below);
  }
};

struct LiquidityClassSpec {
  Duration price, volatility;

  static void describe(auto& visit, auto& s) {
    visit(Field{"price", "liquidity horizon of prices", Unit::none, kPositive}, s.price);
    visit(Field{"volatility", "and of volatilities", Unit::none, kPositive}, s.volatility);
  }
};

struct AgeingWords {
  enum class Value { passes, stands_still };
  static constexpr std::pair<const char*, Value> table[] = {{"passes", Value::passes},
                                                            {"stands_still", Value::stands_still}};
};

struct ShortfallSpec : ModelAboutSpec {
  static constexpr const char* name_of_kind = "shortfall";
  double level = 0;
  Duration horizon;
  Word<AgeingWords> time;
  Named<LiquidityClassSpec> classes;

  static void describe(auto& visit, auto& s) {
    describe_about(visit, s);
    visit(Field{"level", "of the expected shortfall", Unit::ratio, {0.5, 1, false, true}}, s.level);
    visit(Field{"horizon", "over which prices move", Unit::none, kPositive}, s.horizon);
    visit(Field{"time",
                "passes: the book is older by the horizon then; stands_still: prices move at once (default: "
                "passes)",
                Unit::none, kAny, Need::defaulted},
          s.time);
    visit(Field{"classes",
                "liquidity horizons by class of the assets, one of which a yardstick must name (default: "
                "the horizon for all)",
                Unit::none, kAny, Need::defaulted},
          s.classes);
  }
};

/// A file of margin_models, by the word under `kind`.
struct MarginModelSpec {
  static constexpr const char* key = "kind";
  std::variant<std::monostate, MatrixSpec, TiersSpec, LeverageSpec, ShortfallSpec> model;

  static std::vector<std::string> names() {
    return {MatrixSpec::name_of_kind, TiersSpec::name_of_kind, LeverageSpec::name_of_kind,
            ShortfallSpec::name_of_kind};
  }
  const ModelAboutSpec* about() const;
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   MarginModelSpec& out);
};

}  // namespace unhedged::config
