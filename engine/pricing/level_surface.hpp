#pragma once
#include <limits>
#include <vector>

#include "engine/math/grid_table.hpp"
#include "engine/pricing/call_rows.hpp"
#include "engine/pricing/smile.hpp"
#include "engine/pricing/strays.hpp"
#include "engine/pricing/surface.hpp"

/// The whole book where implied volatility moves with a level of the market (its variance): one
/// interpolant per time slice in the log spot and the level.
namespace unhedged::pricing {

/// Where the log spot and the level are expected to be; whatever lies outside is priced exactly.
struct Reach {
  double log_spot_low = 0, log_spot_high = 0;
  double level_low = 0, level_high = 0;

  void cover(double log_spot, double level);
  /// A little wider than what was seen.
  Reach widened() const;
};

/// Books with fewer calls than this are cheaper exactly than by interpolation in two dimensions.
inline constexpr std::size_t kFewestForLevels = 6;

/// Rows for every expiry of a book, over the standard deviations a set of slices needs.
class RowsOfBook {
 public:
  /// Slices and where they are reached; `with_cash` as for CallSurface.
  RowsOfBook(const std::vector<const BookSlice*>& slices, const std::vector<Reach>& reach, bool with_cash);

  const CallRows& shares(const CallArrays& calls) const { return find(calls).shares; }
  const CallRows& cash(const CallArrays& calls) const { return find(calls).cash.front(); }

 private:
  struct Entry {
    const CallArrays* calls;
    CallRows shares;
    std::vector<CallRows> cash;  // one or none
  };
  const Entry& find(const CallArrays& calls) const;

  std::vector<Entry> entries_;
};

class LevelSurface {
 public:
  /// expects  slice.moves_with_level; rows made for it
  /// If the bound cannot be met, `usable` is false and the slice is to be priced exactly.
  LevelSurface(const BookSlice& slice, const Reach& reach, const RowsOfBook& rows,
               const SurfaceSettings& settings, bool with_cash);

  bool usable() const { return usable_; }
  const SurfaceReport& report() const { return report_; }

  /// Delta (value) of everything in the slice; lanes outside the reach exactly. shapes  [kLanes]
  void delta(const double* log_spot, const double* level, double* out) const;
  void value(const double* log_spot, const double* spot, const double* level, double* out) const;

 private:
  struct Fineness {
    double x, z;  ///< steps: in the log spot, in units of the narrowest sd; and in the log level
  };

  double narrowest_width(double level) const;
  void leave_out_what_bends_too_much(double z_step);
  double log_level(double level) const;
  double level_at(double z) const;
  math::GridTable plan_grid(const Fineness& fineness) const;
  math::GridTable tabulate(const RowsOfBook& rows, const Fineness& fineness, Part part) const;
  void add_from_rows(const RowsOfBook& rows, Part part, double level, const double* log_spot,
                     std::size_t count, double* out) const;
  double measured_error(const math::GridTable& grid, const RowsOfBook& rows, Part part) const;
  double error_along_rows(const math::GridTable& grid) const;
  double error_between_rows(const math::GridTable& grid, const RowsOfBook& rows, Part part) const;
  double error_of_rows(const RowsOfBook& rows, Part part) const;
  Strays strays(const double* log_spot, const double* z) const;
  void add(const math::GridTable& grid, Part part, const double* log_spot, const double* level,
           double* out) const;
  void add_exactly(Part part, const double* log_spot, const double* level, std::size_t count,
                   double* out) const;

  const BookSlice* slice_;
  Reach reach_;
  Parts parts_;             ///< that are tabulated
  double one_by_one_ = 0;   ///< calls whose quotes depend on k or are their own
  double level_shift_ = 0;  ///< z = log(level + shift)
  double low_ = 0, high_ = 0;  ///< log spots the tables cover
  bool flat_below_ = false, flat_above_ = false;  ///< whether nothing changes beyond
  math::GridTable shares_, cash_;
  SurfaceReport report_;
  bool usable_ = false;
};

}  // namespace unhedged::pricing
