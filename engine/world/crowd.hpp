#pragma once
#include "engine/market/snapshot.hpp"
#include "engine/world/state.hpp"

namespace unhedged::world {

/// What the orders of a crowd of hedgers do to the prices of a block; docs/methods/feedback.md.
///
/// An order of q units moves the log price by
///   d (permanent q + transient sign(q) |q|^(1/2)),   q = crowding * order * spot / daily volume,
/// d the daily volatility; the transient part decays. A step that would move the log price by more than kLargestMove, or the price beyond kLargestLog of today's, is an
/// explosion: the price stops there, the path is marked, and the crowd trades no more on it.
class Crowd {
 public:
  Crowd(const Scenario& scenario, const Feedback& feedback);

  static constexpr double kLargestMove = 1.0;
  static constexpr double kLargestLog = 7.0;

  void start();

  /// Applies the orders in one asset, filled at the snapshot.
  /// shapes  order: [lanes], units
  void absorb(std::size_t asset, const Lanes& order, const market::AssetSnapshot& market, BlockState& block);

  /// Lets the transient parts decay over a step.
  void relax(const Move& move, BlockState& block);

  /// Share of the daily volume traded by the crowd at this time, [asset].
  const std::vector<Lanes>& flow() const { return flow_; }

  /// 1 where feedback has run away.
  const LaneIndex& exploded() const { return exploded_; }

 private:
  Feedback feedback_;
  double days_per_year_;
  std::vector<Lanes> transient_, flow_;
  LaneIndex exploded_{};
};

}  // namespace unhedged::world
