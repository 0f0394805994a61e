#pragma once
#include "engine/config/choice.hpp"
#include "engine/market/tradable.hpp"
#include "engine/pricing/black_scholes.hpp"

/// What a hedger hedges with.
namespace unhedged::config {

/// The kinds of tradables.
struct HedgeWithWords {
  using Value = market::TradableKind;
  static std::vector<std::pair<const char*, Value>> table();
  static std::string help();
};

struct HedgeOptionWords {
  using Value = pricing::Right;
  static constexpr std::pair<const char*, Value> table[] = {{"call", Value::call}, {"put", Value::put}};
};

/// An option that is rolled.
struct HedgeOptionSpec {
  Word<HedgeOptionWords> instrument;
  std::string asset;
  double strike = 1;
  Duration expiry, roll_at;
  double half_spread = 0.005;

  static void describe(auto& visit, auto& s) {
    visit(Field{"instrument", "a call or a put, bought or sold as the objective asks"}, s.instrument);
    visit(Field{"asset", "one of market.assets"}, s.asset);
    visit(Field{"strike",
                "at each roll, as a share of the spot then, as in 100 %",
                Unit::ratio,
                {0.01, 100},
                Need::required,
                Usual{0.5, 2}},
          s.strike);
    visit(Field{"expiry", "life at each roll", Unit::none, kPositive, Need::required, kUsualLife}, s.expiry);
    visit(Field{"roll_at", "life left at which it is sold and the next is struck", Unit::none, kPositive,
                Need::required, kUsualLife},
          s.roll_at);
    visit(Field{"half_spread",
                "half of what its quotes are apart, in volatility; it moves as the half spread of the asset "
                "does",
                Unit::ratio,
                {0, 1},
                Need::defaulted,
                Usual{0, 0.1}},
          s.half_spread);
  }
};

/// One of several things to hedge with: a word, or an option.
struct HedgeLineSpec {
  std::optional<Word<HedgeWithWords>> word;
  std::optional<HedgeOptionSpec> option;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   HedgeLineSpec& out);
};

/// A word, or a list of at most one and of options.
struct HedgeWithSpec {
  market::TradableKind kind = 0;
  std::vector<HedgeLineSpec> lines;

  static std::vector<std::string> names() { return Word<HedgeWithWords>::names(); }
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   HedgeWithSpec& out);
};

}  // namespace unhedged::config
