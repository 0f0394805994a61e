#pragma once
#include <optional>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/hedging/hedger.hpp"
#include "engine/pricing/quoted_slices.hpp"

namespace unhedged::hedging {

/// Delta of a book in one asset under one belief, at every grid time. Shared by all blocks and by all
/// hedgers that hold the belief.
class DeltaTarget {
 public:
  /// `quotes`: the curves the snapshot may show, in its order; `used[step]`: which of them it may show
  /// then. Nothing is computed yet.
  DeltaTarget(const Belief& belief, const pricing::PricedBook& book,
              const std::vector<market::ImpliedCurve>& quotes,
              const std::vector<std::vector<bool>>& used, const TimeGrid& grid, const pricing::SurfaceSettings& settings);

  std::size_t steps() const { return slices_.size(); }

  /// Whether the reach of the market is needed to prepare this target.
  bool needs_reach() const;

  /// What the preparation of all steps shares. `reach`: one per grid time, ignored unless needed.
  void prepare_rows(const std::vector<pricing::Reach>& reach);

  /// Prepares one grid time, after prepare_rows. Different steps may be prepared at once.
  void prepare(std::size_t step);

  /// shapes  delta: [lanes], units of the asset
  void delta(std::size_t step, const market::AssetQuotes& quotes, Lanes& delta) const;

  void report(pricing::SurfaceReport& into) const;

 private:
  pricing::SurfaceSettings settings_;
  bool follows_quotes_;
  std::vector<pricing::QuotedSlices> slices_;  // [step]
  std::vector<pricing::Reach> reach_;
  std::optional<pricing::RowsOfBook> rows_;
};

}  // namespace unhedged::hedging
