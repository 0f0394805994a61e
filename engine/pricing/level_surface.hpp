#pragma once
#include "engine/math/grid_table.hpp"
#include "engine/pricing/book_slice.hpp"
#include "engine/pricing/lanes_outside.hpp"
#include "engine/pricing/row_sum.hpp"
#include "engine/pricing/table_settings.hpp"

/// Books where implied volatility moves with a quote_level of the market (its variance) and depends on the
/// moneyness or the call: one interpolant per time slice in the log spot and the quote_level, whose error is
/// measured. See level_table.hpp for plain quotes.
namespace unhedged::pricing {

/// Books with fewer calls than this are cheaper exactly than by interpolation in two dimensions.
inline constexpr std::size_t kFewestForLevels = 6;

/// One column of a slice.
class LevelSurface {
 public:
  /// `expiries`, which outlive this, move with the quote_level. If the bound cannot be met, everything is
  /// exact.
  LevelSurface(std::vector<const RowFiller*> expiries, CallColumn column, const Reach& reach,
               const SurfaceSettings& settings);

  const SurfaceReport& report() const { return report_; }

  /// out += the column of all calls; lanes outside the reach exactly. shapes  [kLanes]
  void add(const double* log_spot, const double* quote_level, double* out) const;

 private:
  void find_extent();
  std::vector<Sized> widths(double quote_level) const;
  RowSum row_sum(double quote_level, double step) const;
  void leave_out_what_bends_too_much(double z_step);
  double log_level(double quote_level) const;
  double level_at(double z) const;
  math::GridTable plan_grid(const Fineness& fineness) const;
  math::GridTable tabulate(const Fineness& fineness);
  double measured_error(const math::GridTable& grid) const;
  double error_along_rows(const math::GridTable& grid) const;
  double error_between_rows(const math::GridTable& grid) const;
  LanesOutside outside(const double* log_spot, const double* z) const;

  std::vector<const RowFiller*> expiries_;
  Reach reach_;
  CallColumn column_;
  double calls_ = 0;  ///< each of which a node evaluates
  bool costly_ = false;
  double floor_ = 0;                              ///< lower quote_levels count as this one
  double level_shift_ = 0;                        ///< z = log(quote_level + shift)
  double low_ = 0, high_ = 0;                     ///< log spots the tables cover
  bool flat_below_ = false, flat_above_ = false;  ///< whether nothing changes beyond
  math::GridTable grid_;
  SurfaceReport report_;
  double x_step_ = 0;   ///< of the grid, in units of the narrowest width
  double of_rows_ = 0;  ///< largest error of what a row was filled from
  bool usable_ = false;
};

}  // namespace unhedged::pricing
