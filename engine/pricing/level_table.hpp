#pragma once
#include <vector>

#include "engine/math/band_table.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/lanes_outside.hpp"
#include "engine/pricing/step_table.hpp"
#include "engine/pricing/table_settings.hpp"

namespace unhedged::pricing {

/// Of a table. Expiries that are narrower than that allows are looked up strike by strike, if they can be.
inline constexpr double kMostTableNodes = 160'000;

/// One column of plain expiries where implied volatility moves with a quote_level of the market (its
/// variance): one interpolant in the log spot and z = log(quote_level + shift). Steps follow from
/// error_along_rows and error_across_rows, so that the error bound holds without measuring and none is
/// refused.
class LevelTable {
 public:
  /// What is tabulated, and what it stands for: all plain expiries of `exact`, which price what is outside
  /// and the gross of which errors are fractions of.
  struct Book {
    std::vector<const RowFiller*> expiries;
    const BookSlice* exact = nullptr;
    double share = 1;  ///< of the gross that is plain
    double error = 0;  ///< of the one for the other, as a fraction of the gross
  };

  /// expects  every expiry outlives this, is_plain() and moves with the level
  LevelTable(Book book, CallColumn column, const Reach& reach, const SurfaceSettings& settings);

  const SurfaceReport& report() const { return report_; }

  /// out += the column; lanes outside the reach expiry by expiry. shapes  [kLanes]
  void add(const double* log_spot, const double* quote_level, double* out) const;

  /// The same at one quote_level, for many log spots. Outlived by the table.
  class Cut {
   public:
    Cut(const LevelTable& table, double quote_level);
    /// As LevelTable::add.
    void add(const double* log_spot, double* out) const;

   private:
    void fill(double quote_level);

    const LevelTable* table_;
    Lanes quote_level_, z_;
    math::BandTable::Band band_{};
    std::vector<double> row_;  ///< empty: there is none
  };

 private:
  /// Equal steps of z between the lowest and the highest level.
  struct Levels {
    double shift, step;
    std::size_t intervals;
  };

  void find_extent();
  void find_levels();
  Levels levels_with(double shift) const;
  double gross(double quote_level) const;
  double error_across(double step, double shift) const;
  double error_along(double step, double quote_level) const;
  double level_at(double z) const;
  int grid_level_at(double quote_level) const;
  bool plan();
  bool is_too_narrow(const RowFiller& expiry) const;
  bool can_be_steps(const RowFiller& expiry) const;
  void set_aside(std::size_t index);
  void tabulate();
  void fill_band(std::size_t band, const math::DyadicGrid& grid);
  math::DyadicGrid grid_of(int level) const;
  void add_others(const double* log_spot, const double* quote_level, const double* z, const Lanes& before,
                  double* out) const;
  Interval covered() const;
  LanesOutside outside(const double* log_spot, const double* z) const;

  const BookSlice* exact_;
  std::vector<const RowFiller*> all_, expiries_;  ///< the latter: in the table, the widest first
  double gross_ = 0;                              ///< of shares or cash
  CallColumn column_;
  Reach reach_;
  double of_each_;                 ///< what steps between nodes, and those between rows, may err
  double along_ = 0, across_ = 0;  ///< what they do
  double shift_ = 0, z_low_ = 0, z_high_ = 0;
  double low_ = 0, high_ = 0;                     ///< log spots the table covers
  bool flat_below_ = false, flat_above_ = false;  ///< whether nothing changes beyond
  math::BandTable table_;
  std::vector<math::DyadicGrid> grids_;  ///< of the bands
  std::vector<StepTable> steps_;         ///< of expiries too narrow for the table
  std::vector<const RowFiller*> rest_;   ///< and for steps, too
  SurfaceReport report_;
};

}  // namespace unhedged::pricing
