#pragma once
#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/pricing/book_slice.hpp"

/// The whole book as a few interpolants in the log spot, so that its cost does not depend on how many
/// options it has. Only for volatilities that do not move along the path; see level_surface.hpp for those
/// that do.
namespace unhedged::pricing {

/// Steps of a grid: in the log spot, in units of the narrowest width, and in the log level.
struct Fineness {
  double x = 0.11, z = 0.15;
};

struct SurfaceSettings {
  /// Largest error of an interpolated column anywhere, as a fraction of the gross of the options interpolated
  /// (for a delta their gross quantity). Where it cannot be met, Greeks are exact.
  double error_bound = 1e-6;   ///< where quotes stand still
  double moving_bound = 1e-6;  ///< where they move with the level
  Fineness grid;               ///< to begin with, where they move
  /// Options with less life than this are priced exactly: their delta has no width to interpolate.
  double exact_life_years = 1.0 / 365;
};

/// What became of the options of a slice; for the diagnostics of a run.
struct SurfaceReport {
  std::size_t interpolated = 0;  ///< calls in tables
  std::size_t exact = 0;         ///< calls priced one by one, because near expiry
  std::size_t refused = 0;       ///< calls priced one by one, because the bound could not be met
  double worst_error = 0;        ///< no error exceeds it, in units of the gross quantity
  std::size_t table_bytes = 0;

  void add(const SurfaceReport& other);

  /// Of two columns of the same options.
  SurfaceReport beside(const SurfaceReport& other) const;
};

/// One column of part of a slice as tables.
class CallSurface {
 public:
  /// expects  no expiry of the slice moves with the level
  CallSurface(const BookSlice& slice, CallColumn column, const SurfaceSettings& settings);

  const SurfaceReport& report() const { return report_; }

  /// out += the column of all calls, those in no table exactly. shapes  [count], count <= kLanes
  void add(const double* log_spot, std::size_t count, double* out) const;

 private:
  /// Expiries of like width and the table of their sum.
  struct Group {
    std::vector<const RowFiller*> expiries;
    math::CubicTable table;
    bool flat_outside;  ///< whether the sum is constant beyond the table; with a smile it is not
  };

  void price_exactly(const RowFiller& expiry, std::size_t& counter);
  void keep(Group group, double error);
  void add(const Group& group, const double* log_spot, std::size_t count, double* out) const;

  CallColumn column_;
  std::vector<Group> groups_;
  std::vector<const RowFiller*> rest_;  // in no table
  SurfaceReport report_;
};

}  // namespace unhedged::pricing
