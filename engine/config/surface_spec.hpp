#pragma once
#include "engine/config/choice.hpp"

/// What a file says of today's implied volatilities over strikes and expiries.
namespace unhedged::config {

/// A listed quote (with a strike or a delta), or an expiry of a term structure (with neither).
struct QuoteSpec {
  Expiry expiry;
  std::optional<Strike> strike;
  std::optional<double> delta;
  double volatility = 0;
  std::optional<double> skew, curvature;

  static void describe(auto& visit, auto& s) {
    visit(Field{"expiry", "time from today, or a date", Unit::none, kPositive, Need::required, kUsualLife},
          s.expiry);
    visit(Field{"strike", "of a listed quote: a price, or a percentage of today's spot", Unit::price,
                kPositive, Need::defaulted},
          s.strike);
    visit(Field{"delta",
                "of a listed quote, instead of its strike: Phi(d1), the forward delta of the call (a put of "
                "delta -0.25 is 0.75)",
                Unit::ratio,
                {0, 1, true, true},
                Need::defaulted},
          s.delta);
    visit(Field{"volatility",
                "implied; without strike and delta, at the money",
                Unit::ratio,
                {0, 100, true, false},
                Need::required,
                kUsualQuote},
          s.volatility);
    visit(Field{"skew",
                "without strike and delta: change of the volatility at the money per unit of "
                "y = log(strike/forward)/sqrt(years)",
                Unit::ratio,
                {-10, 10},
                Need::defaulted},
          s.skew);
    visit(Field{"curvature",
                "without strike and delta: change per unit of its square",
                Unit::ratio,
                {0, 10},
                Need::defaulted},
          s.curvature);
  }
};

/// A file in the place of a list.
struct CsvFileSpec {
  std::string file;
  std::vector<std::string> ignore_columns;

  static void describe(auto& visit, auto& s) {
    visit(Field{"file", "a CSV file with an element of the list a row"}, s.file);
    visit(Field{"ignore_columns", "columns of the file that are not read", Unit::none, kAny, Need::defaulted},
          s.ignore_columns);
  }
};

/// Quotes or expiries written inline, or a CSV file with one a row.
struct SurfaceSpec {
  std::vector<QuoteSpec> rows;
  std::optional<CsvFileSpec> file;

  static void read(const Record& record, const Field& field, const std::string& path, Findings& findings,
                   SurfaceSpec& out) {
    Reader reader(findings);
    if (record.is_scalar()) reader.read(record, field, path, out.file.emplace().file);
    else if (record.is_map()) reader.read(record, field, path, out.file.emplace());
    else reader.read(record, field, path, out.rows);
  }
};

}  // namespace unhedged::config
