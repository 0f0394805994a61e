#pragma once
#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/pricing/slice.hpp"

/// The whole book as a few interpolants in the log spot, so that its cost does not depend on how many
/// options it has. Only for volatilities that do not move along the path; see level_surface.hpp for those
/// that do.
namespace unhedged::pricing {

struct SurfaceSettings {
  /// Largest error of an interpolated delta anywhere, as a fraction of the gross quantity of the options
  /// interpolated. Where it cannot be met, Greeks are exact.
  double error_bound = 1e-6;
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
};

/// Shares and cash (see SliceKernels) of part of a slice as tables.
class CallSurface {
 public:
  CallSurface() = default;
  /// `with_cash`: tabulate the cash part as well, to value the book.
  CallSurface(const BookSlice& slice, const SurfaceSettings& settings, bool with_cash);

  /// Buckets of the slice that are not in the tables.
  const std::vector<const SliceBucket*>& rest() const { return rest_; }
  const SurfaceReport& report() const { return report_; }

  /// out += shares (cash) of the calls in the tables. shapes  [count], count <= kLanes
  void add_shares(const double* log_spot, std::size_t count, double* out) const;
  void add_cash(const double* log_spot, std::size_t count, double* out) const;

 private:
  /// Buckets of like width and the tables of their sums.
  struct Group {
    std::vector<const SliceBucket*> buckets;
    math::CubicTable shares, cash;
    bool flat_outside;  ///< whether the sums are constant beyond the tables; with a smile they are not
  };

  void price_exactly(const SliceBucket& bucket, std::size_t& counter);
  void keep(Group group, double error);
  void add(const Group& group, bool cash, const double* log_spot, std::size_t count, double* out) const;

  std::vector<Group> groups_;
  std::vector<const SliceBucket*> rest_;
  SurfaceReport report_;
};

}  // namespace unhedged::pricing
