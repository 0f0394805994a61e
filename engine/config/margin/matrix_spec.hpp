#pragma once
#include "engine/config/choice.hpp"
#include "engine/config/scenario_spec.hpp"
#include "engine/margin/yardstick.hpp"

/// What a matrix model in a file of margin_models says.
namespace unhedged::config {

inline constexpr Bounds kMoveBounds{-1, 100, true, false};
inline constexpr Bounds kShockBounds{0, 10};
inline constexpr Bounds kShareBounds{0, 1, true, false};

/// What all kinds say of themselves.
struct ModelAboutSpec {
  std::string name, title, description, date;
  std::vector<SourceSpec> sources;
  std::vector<std::string> assets;
  std::optional<Word<CalendarWords>> calendar;

  static void describe_about(auto& visit, auto& s) {
    visit(Field{"name", "of the model"}, s.name);
    visit(Field{"title", "one line"}, s.title);
    visit(Field{"description", "what it is and what it leaves out", Unit::none, kAny, Need::defaulted},
          s.description);
    visit(Field{"date", "when its parameters were published: 2024, 2024-06 or 2024-06-01"}, s.date);
    visit(Field{"sources", "where they come from"}, s.sources);
    visit(Field{"assets", "for which it is meant, as a run may call them (default: any)", Unit::none, kAny,
                Need::defaulted},
          s.assets);
    visit(Field{"calendar", "of the markets for which it is meant (default: any)", Unit::none, kAny,
                Need::defaulted},
          s.calendar);
  }
};

struct VolatilityMoveWords {
  using Value = margin::VolatilityMove;
  static constexpr std::pair<const char*, Value> table[] = {
      {"up", Value::up}, {"same", Value::same}, {"down", Value::down}};
};

struct ShockScaleWords {
  using Value = margin::VolatilityShock::Scale;
  static constexpr std::pair<const char*, Value> table[] = {{"relative", Value::relative},
                                                            {"absolute", Value::absolute}};
};

struct VolatilityShockSpec {
  Word<ShockScaleWords> scale;
  std::optional<double> up, down;
  double short_power = 0, long_power = 0;
  double pivot_days = 30, shortest_days = 1, least_up = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"scale",
                "relative: of the volatility, more for what expires soon; or absolute: added to it (default: "
                "relative)",
                Unit::none, kAny, Need::defaulted},
          s.scale);
    visit(Field{"up", "how far volatilities rise (default: a yardstick's vol_scan)", Unit::ratio,
                kShockBounds, Need::defaulted},
          s.up);
    visit(Field{"down",
                "how far they fall (default: a yardstick's vol_scan)",
                Unit::ratio,
                {0, 1},
                Need::defaulted},
          s.down);
    visit(Field{"short_power",
                "of a relative shock: it is multiplied by (pivot_days / days to expiry) to this power, of "
                "less than pivot_days",
                Unit::none,
                {0, 2},
                Need::defaulted},
          s.short_power);
    visit(Field{"long_power", "the same of pivot_days and more", Unit::none, {0, 2}, Need::defaulted},
          s.long_power);
    visit(Field{"pivot_days", "calendar days to expiry at which a relative shock is as stated", Unit::none,
                kPositive, Need::defaulted},
          s.pivot_days);
    visit(Field{"shortest_days", "what is nearer to its expiry is shocked as if it were so far", Unit::none,
                kPositive, Need::defaulted},
          s.shortest_days);
    visit(Field{"least_up", "what volatilities that rise become at least", Unit::ratio, kShockBounds,
                Need::defaulted},
          s.least_up);
  }
};

struct ScenarioBlockSpec {
  std::optional<std::uint64_t> steps;
  std::vector<double> moves;
  std::vector<Word<VolatilityMoveWords>> volatility;
  std::vector<double> weights;
  std::optional<double> weight_by_distance;
  double dampener = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"steps",
                "price moves: none, and so many up and down, evenly to price_scan (or give moves)",
                Unit::none,
                {1, 100},
                Need::defaulted},
          s.steps);
    visit(Field{"moves", "price moves one by one (or give steps)", Unit::ratio, kMoveBounds, Need::defaulted},
          s.moves);
    visit(Field{"volatility", "each move is made with each of these: up, same, down"}, s.volatility);
    visit(Field{"weights", "share of the P&L that counts, move by move (default: all of it)", Unit::ratio,
                kShareBounds, Need::defaulted},
          s.weights);
    visit(Field{"weight_by_distance", "the share is this times price_scan / |move| (default: weights)",
                Unit::none, kPositive, Need::defaulted},
          s.weight_by_distance);
    visit(Field{"dampener",
                "what counts is brought nearer to 0 by (|move| / price_scan - 1) times this, at most to 0",
                Unit::money, kNotNegative, Need::defaulted},
          s.dampener);
  }
};

struct ExtremeSpec {
  double multiple = 0, fraction = 0;

  static void describe(auto& visit, auto& s) {
    visit(Field{"multiple", "of price_scan, up and down, volatilities unchanged", Unit::none, kPositive},
          s.multiple);
    visit(Field{"fraction", "of the P&L that counts", Unit::ratio, kShareBounds}, s.fraction);
  }
};

/// As they are written, all in shares of the price.
template <>
struct Keys<margin::Charges> {
  static void describe(auto& visit, auto& s) {
    const auto share = [&](const char* name, const char* help, auto& value) {
      visit(Field{name, help, Unit::ratio, kUnitInterval, Need::defaulted}, value);
    };
    share("roll_a_year", "per unit of delta of each expiry: e^(this times years to it) - 1 of the price",
          s.roll_a_year);
    share("least_roll", "at least so much of it", s.least_roll);
    share("net_delta", "of the value of the net delta: the requirement without charges is not less",
          s.net_delta);
    share("hedged_delta", "added to that floor, of the value of option delta that is offset by other delta",
          s.hedged_delta);
    share("short_option", "per option sold and not bought back", s.short_option);
    share("offset_futures", "per future or perpetual that another of them offsets", s.offset_futures);
  }
};

template <>
struct Keys<margin::GainsOffset> {
  static void describe(auto& visit, auto& s) {
    visit(Field{"gains", "share of a gain in one asset that counts against losses in others", Unit::ratio,
                kUnitInterval},
          s.share);
    visit(Field{"at_most", "of one asset", Unit::money, kPositive}, s.most);
  }
};

struct MatrixSpec : ModelAboutSpec {
  static constexpr const char* name_of_kind = "matrix";
  std::optional<double> price_scan;
  VolatilityShockSpec volatility_shock;
  std::vector<ScenarioBlockSpec> scenarios;
  std::optional<ExtremeSpec> extreme;
  std::optional<Duration> look_ahead;
  margin::Charges charges;
  std::optional<margin::GainsOffset> offset;
  std::optional<double> maintenance;

  static void describe(auto& visit, auto& s) {
    describe_about(visit, s);
    visit(Field{"price_scan",
                "range of price moves (default: a yardstick's price_scan)",
                Unit::ratio,
                {0, 1, true, true},
                Need::defaulted},
          s.price_scan);
    visit(Field{"volatility_shock", "how far volatilities move", Unit::none, kAny, Need::defaulted},
          s.volatility_shock);
    visit(Field{"scenarios", "price moves and volatilities, in the order of the venue"}, s.scenarios);
    visit(Field{"extreme", "two more, far beyond the range", Unit::none, kAny, Need::defaulted}, s.extreme);
    visit(Field{"look_ahead", "time by which options are older in all scenarios (default: none)", Unit::none,
                kPositive, Need::defaulted},
          s.look_ahead);
    visit(Field{"charges", "what is charged besides", Unit::none, kAny, Need::defaulted}, s.charges);
    visit(Field{"offset",
                "prices of all assets move together, and gains count (default: each asset stands alone)",
                Unit::none, kAny, Need::defaulted},
          s.offset);
    visit(Field{"maintenance", "share of the requirement that is maintenance (default: there is none)",
                Unit::ratio, kShareBounds, Need::defaulted},
          s.maintenance);
  }
};

}  // namespace unhedged::config
