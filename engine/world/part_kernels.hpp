#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/world/regime_table.hpp"

/// The laws of components over a block of lanes: parameters by regime, state by lane.
namespace unhedged::world {

/// Exact step of an Ornstein-Uhlenbeck process: x' = level + (x - level) decay + spread z.
struct ReversionLaw {
  RegimeTable level, decay, spread;
};

/// Step of quotes that follow: q' = v' + (q - v) kept - (v' - v) slope. Both 0: at once.
struct QuoteLagLaw {
  RegimeTable kept, slope;
};

/// Chances that a venue fails within a step, and that it is back.
struct OutageLaw {
  RegimeTable fails, mends;
};

/// Spread and volume by variance, with exponents, where the book has its depth.
struct DepthLaw {
  RegimeTable half_spread, spread_elasticity, daily_volume, volume_elasticity;
  RegimeTable usual_variance;  ///< at which they are as stated; at least 1e-12
  bool elastic = false;        ///< whether any regime has an elasticity
  bool noisy = false;          ///< whether the depth may have noise
};

/// Step of what is gone of the depth and of its noise: decay and the spread that belongs to it by the regime
/// whose recovery is in force, noise by the regime.
struct RecoveryLaw {
  RegimeTable decay, spread, noise;
};

struct RecoveryIndex {
  const LaneIndex *recovery, *regime;
};

struct DepthLanes {
  const Lanes *variance, *jump_variance, *gone, *noise;
  Lanes *half_spread, *inverse_volume;
};

/// Step of the mood by its law (entry 0: none), and what it does to the price by regime (0 where it does
/// nothing).
struct MoodLaw {
  RegimeTable decay, spread, on_price, own;  // by law, as the next
  RegimeTable ends, bridge, bridge_on_price, bridge_on_own, bridge_own;
  RegimeTable drift, exponent;  ///< by regime, as the next; variances are multiplied by exp(exponent * mood)
  RegimeTable constant;         ///< the variance that is multiplied; 0: it has a life of its own
  RegimeTable pull;             ///< of the level of such a variance in a step
};

struct MoodLanes {
  const Lanes *price_shock, *own_shock, *path_shock;
  Lanes *mood, *log_spot, *variance;
};

/// What the venues of an asset show: sums over those that show anything.
struct Showing {
  Lanes sum, shares;
};

struct PartKernels {
  /// out = table[which]
  void (*gather)(const RegimeTable& table, const LaneIndex& which, Lanes& out);
  /// y += offset[regime] + factor[regime] * x
  void (*add_line)(const RegimeTable& offset, const RegimeTable& factor, const LaneIndex& regime,
                   const Lanes& x, Lanes& y);
  /// sum += x where regime is `in`
  void (*add_in)(double x, std::uint8_t in, const LaneIndex& regime, Lanes& sum);
  void (*revert)(const ReversionLaw&, const LaneIndex& regime, const Lanes& shock, Lanes& x);
  void (*follow)(const QuoteLagLaw&, const LaneIndex& regime, const Lanes& before, const Lanes& variance,
                 Lanes& level);
  void (*mood)(const MoodLaw&, const LaneIndex& law, const LaneIndex& regime, const MoodLanes&);
  /// gone *= decay; depth_noise = depth_noise * decay + noise * spread * z
  void (*recover)(const RecoveryLaw&, const RecoveryIndex&, const Lanes& shock, Lanes& gone,
                  Lanes& depth_noise);
  void (*show_depth)(const DepthLaw&, const LaneIndex& regime, const DepthLanes&);
  /// One venue: up (1) or down (0) at the end of the step; where it fails, `frozen` becomes the last price.
  void (*outage)(const OutageLaw&, const LaneIndex& regime, const Lanes& uniform, const Lanes& last,
                 Lanes& up, Lanes& frozen);
  /// Adds what one venue shows: the price, the frozen one if it is down and `stale`, else nothing.
  void (*show_venue)(double share, bool stale, const Lanes& spot, const Lanes& up, const Lanes& frozen,
                     Showing& sum);
  /// seen = mean of what is shown, or the price; log_seen = log(seen / today), at least kLogOfNothing.
  void (*seen)(const Showing& sum, double today, const Lanes& spot, Lanes& seen, Lanes& log_seen);
  /// x *= kept[which]
  void (*decay)(const RegimeTable& kept, const LaneIndex& which, Lanes& x);
  /// out = anchor * exp(log_spot)
  void (*price)(const Lanes& anchor, const Lanes& log_spot, Lanes& out);
};

UNHEDGED_DECLARE_KERNELS(PartKernels, part_kernels)

}  // namespace unhedged::world
