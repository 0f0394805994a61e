#pragma once
#include "engine/config/choice.hpp"

/// How the orders of a hedger go out.
namespace unhedged::config {

/// Units of each asset: one number for all, or a map by asset.
struct AmountSpec {
  std::optional<double> all;
  Named<double> by_asset;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   AmountSpec& out) {
    out = {};
    if (record.is_map()) Reader(findings).read(record, field, path, out.by_asset);
    else Reader(findings).read(record, field, path, out.all.emplace());
  }
};

/// A number of slices, or that and how they are weighed.
struct SlicesSpec {
  std::uint64_t number = 1;
  std::optional<double> risk_aversion;

  static void describe(auto& visit, auto& s) {
    visit(Field{"number", "of slices, one a step", Unit::none, {1, 10000}}, s.number);
    visit(
        Field{"risk_aversion",
              "per unit of money, of the schedule of Almgren and Chriss; 0, the default, makes slices equal",
              Unit::none, kNotNegative, Need::defaulted},
        s.risk_aversion);
  }
  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   SlicesSpec& out) {
    out = {};
    if (record.is_map()) Reader(findings).read_struct(record, path, out);
    else Reader(findings).read(record, field, path, out.number);
  }
};

struct RateLimitSpec {
  std::optional<AmountSpec> units;
  std::optional<double> share;

  static void describe(auto& visit, auto& s) {
    visit(Field{"units", "an hour: units of each asset, or a map by asset", Unit::units, kPositive,
                Need::defaulted},
          s.units);
    visit(Field{"share",
                "an hour: share of the book's gross quantity in the asset",
                Unit::ratio,
                {0, 1e6, true, false},
                Need::defaulted,
                Usual{0, 10}},
          s.share);
  }
};

struct ExecutionSpec {
  std::optional<AmountSpec> lot, minimum;
  std::optional<SlicesSpec> slices;
  std::optional<RateLimitSpec> rate_limit;
  std::optional<Duration> settlement_delay;

  static void describe(auto& visit, auto& s) {
    visit(Field{"lot",
                "orders are for whole lots of so many units, rounded toward zero, and the rest waits: a "
                "number, or a map by asset (default: any size)",
                Unit::units, kPositive, Need::defaulted},
          s.lot);
    visit(Field{"minimum",
                "units below which an order is not sent and waits: a number, or a map by asset (default: "
                "none)",
                Unit::units, kPositive, Need::defaulted},
          s.minimum);
    visit(Field{"slices",
                "an order goes out in so many parts, one a step: a number, or {number, risk_aversion} "
                "(default: 1)",
                Unit::none,
                {1, 10000},
                Need::defaulted},
          s.slices);
    visit(Field{"rate_limit", "most that is traded: {units: ...} or {share: ...} an hour (default: none)",
                Unit::none, kAny, Need::defaulted},
          s.rate_limit);
    visit(Field{"settlement_delay",
                "from a fill to its payment, which bears interest in between (default: none); not of what is "
                "settled on margin",
                Unit::none, kPositive, Need::defaulted},
          s.settlement_delay);
  }
};

}  // namespace unhedged::config
