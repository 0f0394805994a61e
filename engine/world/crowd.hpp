#pragma once
#include "engine/market/tape.hpp"
#include "engine/world/component.hpp"

namespace unhedged::world {

/// What the orders of a crowd of hedgers do to the prices of a block; docs/methods/feedback.md.
///
/// An order of q units moves the log price by
///   d (permanent q + transient sign(q) |q|^(1/2)),   q = crowding * order * spot / daily volume,
/// d the daily volatility; the transient part decays.
///
/// Explosion. The gain of the loop is what an order moves the price by over what the price had moved since
/// the order before it. From one on, each move makes a larger one. A path on which the gain is at least one
/// for kLoops orders in a row, each moving the price by kMaterial daily volatilities or more, is marked, and
/// so is one whose log price would move by more than kLargestMove at once or leave kLargestLog. On a marked
/// path hedger and crowd trade no more until the horizon.
class Crowd {
 public:
  Crowd(const Scenario& scenario, const Feedback& feedback);

  static constexpr double kLargestMove = 1.0;
  static constexpr double kLargestLog = 7.0;
  static constexpr double kMaterial = 0.05;
  static constexpr double kLoops = 3;

  void start();

  /// Applies what was filled in one asset, at the tape of the asset itself.
  /// shapes  units: [lanes], signed
  void absorb(std::size_t asset, const Lanes& units, const market::Tape& tape, BlockState& block);

  /// Lets the transient parts decay over a step.
  void relax(const Move& move, BlockState& block);

  /// Share of the daily volume traded by the crowd at this time, [asset].
  const std::vector<Lanes>& traded_share() const { return traded_share_; }

  double crowding() const { return feedback_.crowding; }

  /// 1 where feedback has run away.
  const LaneIndex& exploded() const { return exploded_; }

 private:
  Feedback feedback_;
  std::vector<Lanes> transient_, traded_share_;
  std::vector<Lanes> last_spot_, loops_;  // price at the last order; orders in a row with a gain of one
  std::vector<Lanes> known_, day_;        // variance that the daily volatility is of, and that
  LaneIndex exploded_{};
};

}  // namespace unhedged::world
