#pragma once
#include "engine/config/regime/liquidity_spec.hpp"
#include "engine/config/regime/perpetual_spec.hpp"
#include "engine/config/surface_spec.hpp"

/// What a file says of today's market.
namespace unhedged::config {

struct CalendarWords {
  enum class Value { continuous, trading };
  static constexpr std::pair<const char*, Value> table[] = {{"continuous", Value::continuous},
                                                            {"trading", Value::trading}};
};

struct AssetSpec {
  double spot = 0, implied_vol = 0, rate = 0, yield = 0;
  double half_spread = 0;
  std::optional<SurfaceSpec> surface;
  std::optional<double> daily_volume;
  std::optional<PerpetualSpec> perpetual;
  Named<VenueSpec> venues;

  static void describe(auto& visit, auto& s) {
    visit(Field{"spot", "today's price", Unit::price, kPositive}, s.spot);
    visit(Field{"implied_vol",
                "today's implied volatility, what `1 x` means (needed unless there is a surface; default: "
                "the surface's at the money at a month)",
                Unit::ratio,
                {0, 100, true, false},
                Need::defaulted,
                kUsualQuote},
          s.implied_vol);
    visit(Field{"surface",
                "today's implied volatilities over strikes and expiries: listed quotes or a term structure "
                "(default: implied_vol for all)",
                Unit::none, kAny, Need::defaulted},
          s.surface);
    visit(Field{"rate",
                "interest rate a year, continuously compounded",
                Unit::ratio,
                {-1, 10},
                Need::defaulted,
                kUsualRate},
          s.rate);
    visit(
        Field{
            "yield", "dividend yield or its like a year", Unit::ratio, {-1, 10}, Need::defaulted, kUsualRate},
        s.yield);
    visit(Field{"half_spread",
                "half the bid-ask spread over the mid",
                Unit::ratio,
                {0, 1},
                Need::defaulted,
                kUsualSpread},
          s.half_spread);
    visit(Field{"daily_volume", "traded a day in account currency (default: unlimited, no impact)",
                Unit::money, kPositive, Need::defaulted},
          s.daily_volume);
    visit(Field{"perpetual", "the perpetual future on the asset, if there is one to hedge with", Unit::none,
                kAny, Need::defaulted},
          s.perpetual);
    visit(Field{"venues",
                "places where it trades, by name; orders are split so that the marginal cost is the same at "
                "each that is up (default: one market, always there)",
                Unit::none, kAny, Need::defaulted},
          s.venues);
  }
};

struct SessionsSpec {
  double overnight_variance = 0;
  double weekend = 1;

  static void describe(auto& visit, auto& s) {
    visit(Field{"overnight_variance",
                "share of the variance of a day and a night that comes while the market is closed",
                Unit::ratio,
                {0, 1, true, true}},
          s.overnight_variance);
    visit(Field{"weekend",
                "variance of a weekend over that of a night within the week",
                Unit::none,
                {0.01, 100},
                Need::defaulted},
          s.weekend);
  }
};

struct PairSpec {
  std::vector<std::string> between;
  double value = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"between", "two assets"}, s.between);
    visit(Field{"value", "their correlation", Unit::none, kCorrelation, Need::required, kUsualCorrelation},
          s.value);
  }
};

struct MarketSpec {
  std::optional<Date> date;
  std::optional<std::string> currency;
  Word<CalendarWords> calendar;
  std::optional<SessionsSpec> sessions;
  Named<AssetSpec> assets;
  std::vector<PairSpec> correlation;

  static void describe(auto& visit, auto& s) {
    visit(Field{"date", "today; needed where expiries are dates", Unit::none, kAny, Need::defaulted}, s.date);
    visit(Field{"currency",
                "of the account, as USD: a word for the table and the units of the result, all amounts are "
                "in it (default: account currency)",
                Unit::none, kAny, Need::defaulted},
          s.currency);
    visit(Field{"calendar", "continuous (365 days of 24 h) or trading (252 sessions of 6.5 h)", Unit::none,
                kAny, Need::defaulted},
          s.calendar);
    visit(Field{"sessions",
                "on the trading calendar: nights and weekends in which prices move and nobody trades "
                "(default: none, one session follows the other)",
                Unit::none, kAny, Need::defaulted},
          s.sessions);
    visit(Field{"assets", "today's market of each asset, by name"}, s.assets);
    visit(Field{"correlation", "of pairs of assets (default: 0)", Unit::none, kAny, Need::defaulted},
          s.correlation);
  }
};

}  // namespace unhedged::config
