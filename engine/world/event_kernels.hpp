#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/world/regime_table.hpp"

/// Which lanes have an event in a step, and what happens on those that have none. Lanes with events are rare:
/// the components go through their list one by one.
namespace unhedged::world {

/// A step of self-exciting events: mass = base + gain * excess by regime (0: none), and what is left of an
/// excess by the law of a Part.
struct ArrivalLaw {
  RegimeTable base, gain, kept;
};

/// The outcome of a step for a block.
struct Events {
  Lanes expected;  ///< what the number of events is compensated by; 0 on lanes with an event
  Lanes any;       ///< 1 where there is an event
  std::size_t count = 0;
  std::uint16_t lane[kLanes];  ///< those with an event, in order
};

/// Crashes of a bubble, by regime.
struct BubbleLaw {
  RegimeTable acts;  ///< 1: the regime has a bubble
  RegimeTable log_hazard, growth, paid, ceiling, log_ceiling;
  RegimeTable variance;  ///< a year, of a hazard of one
};

/// Log prices at both ends of a step and at the reference of the run-up, and the variance at its start.
struct BubbleLanes {
  const Lanes *from, *to, *reference, *variance;
};

struct EventKernels {
  /// first: the uniform that decides on the first event; excess: as at the start of the step, left as it is.
  void (*await)(const ArrivalLaw&, const LaneIndex& regime, const Lanes& first, const Lanes& excess,
                Events& out);
  /// x *= kept[law] where there is no event
  void (*fade)(const RegimeTable& kept, const LaneIndex& law, const Lanes& any, Lanes& x);
  /// log(max(1e-300, anchor)) + log_spot: the run-up of a price that is not positive is none
  void (*log_price)(const Lanes& anchor, const Lanes& log_spot, Lanes& out);
  /// Hazards along straight ways over dt; out.expected is their mass times what is paid for it.
  void (*await_crashes)(const BubbleLaw&, const LaneIndex& regime, const BubbleLanes&, double dt,
                        const Lanes& first, Events& out);
  /// y += variance a year of crashes at the hazard of the price
  void (*add_crash_variance)(const BubbleLaw&, const LaneIndex& regime, const Lanes& price,
                             const Lanes& reference, Lanes& y);
};

UNHEDGED_DECLARE_KERNELS(EventKernels, event_kernels)

}  // namespace unhedged::world
