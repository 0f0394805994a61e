#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// How a block reacts to what happened in it: triggers that watch it, and a crowd whose orders move its
/// prices.
namespace unhedged::world {

/// What a crowd's orders do, see Crowd.
struct CrowdTerms {
  double crowding, permanent, transient, days_per_year;
  double largest_move, largest_log, material, loops;  ///< when a path is marked as exploded
};

/// An asset as the orders were filled at, and what they change.
struct CrowdLanes {
  const Lanes *order, *spot, *inverse_volume, *variance, *jump_variance;
  Lanes *log_spot, *transient, *traded_share;
  Lanes *last_spot, *loops;  ///< price at the last order; orders in a row with a gain of one
  Lanes *known, *day;        ///< variance that the daily volatility was worked out for, and that
  LaneIndex* exploded;
};

struct ReactionKernels {
  /// extreme = max(extreme, spot); value = fall from it as a fraction, 0 where it is not positive
  void (*drawdown)(const Lanes& spot, Lanes& extreme, Lanes& value);
  /// extreme = min(extreme, spot); value = rise from it as a fraction, 0 where it is not positive
  void (*run_up)(const Lanes& spot, Lanes& extreme, Lanes& value);
  /// value^2 = value^2 decay + (1 - decay) (log(spot / last))^2 / dt, a log of 1 where it has none; last =
  /// spot
  void (*realised)(double decay, double dt, const Lanes& spot, Lanes& last, Lanes& value);
  /// value = (value + traded_share) decay
  void (*hedger_flow)(double decay, const Lanes& traded_share, Lanes& value);
  /// value = 1 / inverse, infinite where that is 0
  void (*volume)(const Lanes& inverse, Lanes& value);
  void (*absorb)(const CrowdTerms&, const CrowdLanes&);
  /// state: a market::Trading of each path, halted: bit r: regime r is; returns whether all are open.
  bool (*show_trading)(std::uint64_t halted, const LaneIndex& regime, const LaneIndex* exploded,
                       LaneIndex& state);
  /// Whether a path of a regime has a value below, above a threshold.
  bool (*any_below)(const Lanes& value, double threshold, std::uint8_t in, const LaneIndex& regime);
  bool (*any_above)(const Lanes& value, double threshold, std::uint8_t in, const LaneIndex& regime);
  /// The share 1 - decay of `transient` leaves it and the log price.
  void (*relax)(double decay, Lanes& transient, Lanes& log_spot);
};

UNHEDGED_DECLARE_KERNELS(ReactionKernels, reaction_kernels)

}  // namespace unhedged::world
