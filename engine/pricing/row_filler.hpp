#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/pricing/greek.hpp"

namespace unhedged::pricing {

struct Interval {
  double low, high;
};

/// The calls of one expiry as a model prices them at one time under one quote: all that tables ask of a
/// model. log spots are relative to today's spot; `quote_level` is the variance a year that quotes go by.
class RowFiller {
 public:
  virtual ~RowFiller() = default;

  virtual std::size_t call_count() const = 0;
  virtual double life_years() const = 0;

  /// Whether prices depend on the quote_level.
  virtual bool moves_with_level() const = 0;

  /// Where a column changes at a quote_level; it is constant on either side, to 1e-16 of the gross. Infinite
  /// where it changes everywhere.
  virtual Interval extent(double quote_level) const = 0;

  /// The parts of the extent where something changes, ascending and apart.
  virtual std::vector<Interval> bends(double quote_level) const { return {extent(quote_level)}; }

  /// Log spots at which the first and the last call are at the money.
  virtual Interval money() const = 0;

  /// Width of the narrowest bend of a column at a quote_level within these log spots, as a normal
  /// distribution's standard deviation: steps of tables are a small part of it. returns  0 if a bend is too
  /// narrow for a table
  virtual double width(CallColumn column, double quote_level, const Interval& log_spot) const = 0;

  /// Most that the column can be: sum over the calls of |quantity| times the greatest of one. Errors are
  /// fractions of it.
  virtual double gross(CallColumn column, double quote_level) const = 0;

  /// Rows are equally spaced in log(quote_level + shift); infinite where the quote_level does not matter.
  virtual double level_shift() const = 0;

  /// out += the column, exactly, each point at a quote_level of its own.
  /// shapes  log_spot, quote_level, out: [count]; count <= kLanes and a multiple of 16
  virtual void add(CallColumn column, const double* log_spot, const double* quote_level, std::size_t count,
                   double* out) const = 0;

  /// out += the column, exactly, all points at one quote_level.
  virtual void add_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
                       double* out) const;

  /// The same from tables that the model keeps, if it has any: up to an error, and cheaper than call by call.
  virtual void look_up_row(CallColumn column, double quote_level, const double* log_spot, std::size_t count,
                           double* out) const {
    add_row(column, quote_level, log_spot, count, out);
  }

  /// No error of look_up_row exceeds it at a quote_level.
  virtual double row_error(CallColumn, double /*quote_level*/) const { return 0; }

  /// Contracts that are evaluated for one point of look_up_row; 0 where tables of the model serve.
  virtual std::size_t row_cost(CallColumn) const { return call_count(); }
};

}  // namespace unhedged::pricing
