#pragma once
#include <cstddef>

namespace unhedged::pricing {

/// Steps of a grid: in the log spot, in units of the narrowest width, and in the log quote_level.
struct Fineness {
  double x = 0.11, z = 0.15;

  bool operator==(const Fineness&) const = default;
};

/// Under plain quotes that move nothing is tabulated for variances so many powers of e below the highest.
inline constexpr double kLevelsTabulated = 7.5;

struct SurfaceSettings {
  /// Largest error of an interpolated column anywhere, as a fraction of the gross of the options interpolated
  /// (for a delta their gross quantity). Where it cannot be met, columns are exact.
  double error_bound = 1e-6;   ///< where quotes stand still
  double plain_bound = 1e-6;   ///< where they move with the quote_level alone
  double moving_bound = 1e-6;  ///< where they depend on the moneyness or the call as well
  Fineness grid;               ///< to begin with, in the last case
  /// Whether tables of quotes that stand still end where the market is not expected to go: what lies beyond
  /// is exact, as it is where they move.
  bool within_reach = false;

  bool operator==(const SurfaceSettings&) const = default;
};

/// What became of the options of a slice; for the diagnostics of a run.
struct SurfaceReport {
  std::size_t interpolated = 0;  ///< calls in tables
  std::size_t exact = 0;         ///< calls priced one by one, because that is asked for or cheaper
  std::size_t refused = 0;       ///< calls priced one by one, because the bound could not be met
  double worst_error = 0;        ///< no error exceeds it, in units of the gross quantity
  std::size_t table_bytes = 0;

  void add(const SurfaceReport& other);

  /// Of two columns of the same options.
  SurfaceReport beside(const SurfaceReport& other) const;
};

}  // namespace unhedged::pricing
