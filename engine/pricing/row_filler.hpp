#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/math/dyadic.hpp"
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

  /// Whether `add` costs more than tables of few calls, and of less than the error bound, are worth avoiding.
  virtual bool is_costly() const { return false; }

  /// Of costly expiries: below this quote_level prices are what they are at it. Rows go on a little below.
  virtual double still_below() const { return 0; }

  /// Whether at any quote_level the column is a sum of normal distributions, or densities, in the log spot
  /// with one standard deviation, whose square is linear in the quote_level, or about so. What follows is
  /// asked of plain expiries only.
  virtual bool is_plain() const { return false; }

  /// The standard deviation.
  virtual double deviation(double /*quote_level*/) const { return 0; }

  /// Below this quote_level the deviation is at its least, or near it.
  virtual double level_floor() const { return 0; }

  /// d log(square) / d log(quote_level + level_shift): 1 where the square is linear.
  virtual double steepness(double /*quote_level*/) const { return 1; }

  /// Level of the coarsest dyadic grid that resolves it.
  virtual int grid_level(double /*quote_level*/) const { return 0; }

  /// Whether the column can be had on a grid of this level.
  virtual bool has_grid(CallColumn, int /*level*/) const { return false; }

  /// out += the column at the nodes of a grid. expects  grid.level = grid_level(quote_level)
  virtual void add_on_grid(CallColumn, double /*quote_level*/, const math::DyadicGrid&,
                           double* /*out*/) const {}

  /// As add_on_grid, to kFineError of the gross. expects  grid.level = grid_level(quote_level) + kFiner
  virtual void add_finely(CallColumn, double /*quote_level*/, const math::DyadicGrid&,
                          double* /*out*/) const {}
  static constexpr int kFiner = 2;
  static constexpr double kFineError = 5e-13;

  /// out += the column at one point, from tables where the model has some that reach there.
  virtual void add_point(CallColumn, double /*quote_level*/, double /*log_spot*/, double& /*out*/) const {}

  /// No error of add_on_grid and add_point exceeds it, as a fraction of the gross.
  virtual double grid_error(CallColumn) const { return 0; }
};

}  // namespace unhedged::pricing
