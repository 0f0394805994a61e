#pragma once
#include <memory>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/pricing/level_surface.hpp"

namespace unhedged::pricing {

enum class Wanted { delta, value };

/// A book at one instant under each of the quotes a snapshot may show: interpolated where the quotes
/// allow it, exact where they do not.
class QuotedSlices {
 public:
  /// `used`: curves that can be up at this time; the others are left out.
  QuotedSlices(const PricedBook& book, double time_years,
               const std::vector<market::ImpliedCurve>& curves, const std::vector<bool>& used,
               Wanted wanted);

  /// The slices that an interpolant in log spot and level would serve.
  std::vector<const BookSlice*> for_levels() const;

  /// Makes the interpolants. Until then, and where the bound cannot be met, everything is exact.
  /// `rows` covers for_levels() and may be null if there are none.
  void prepare(const SurfaceSettings& settings, const Reach& reach, const RowsOfBook* rows);

  /// Each path at the quotes that are up on it. shapes  out: [lanes]
  void delta(const market::AssetQuotes& quotes, Lanes& out) const;
  void value(const market::AssetQuotes& quotes, Lanes& out) const;

  /// Each path at curve 0, whatever is quoted.
  void delta_at_first(const market::AssetQuotes& quotes, Lanes& out) const;

  /// Adds what became of the options.
  void report(SurfaceReport& into) const;

 private:
  struct Slice {
    BookSlice exact;
    std::unique_ptr<const CallSurface> surface;  // these point into `exact`
    std::unique_ptr<const LevelSurface> levels;
  };

  static void delta_of(const Slice& slice, const market::AssetQuotes& quotes, Lanes& out);
  static void value_of(const Slice& slice, const market::AssetQuotes& quotes, Lanes& out);

  Wanted wanted_;
  std::vector<std::unique_ptr<Slice>> slices_;  // null where the curve is not used
};

}  // namespace unhedged::pricing
