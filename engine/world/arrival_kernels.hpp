#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// Times of self-exciting events on some lanes of a block, side by side. The law is that of arrivals.hpp, and
/// so is every operation: the same bits.
namespace unhedged::world {

/// Lanes on which something goes on. Kernels go through arrays rounded up to whole vectors; what stands
/// beyond `count` must only be finite.
struct ArrivalList {
  std::size_t count = 0;
  std::uint16_t lane[kLanes];
  PathIds path;
  Lanes base, kick, decay;  ///< the law: intensity without events; what each adds; its decay
  Lanes first;              ///< uniforms that decide on the first event
  Lanes excess, left;       ///< now: intensity above the base, time that is left
  Lanes wait;               ///< until the next event
  Lanes events, expected;   ///< so far: their number, and the integral of the intensity
  Lanes goes_on;            ///< 1 where the last pass met an event
};

struct ArrivalKernels {
  /// wait: until the first event, or `left` where there is none
  void (*first_waits)(ArrivalList&);
  /// Up to the next event, which happens, or the end of what is left.
  void (*pass)(ArrivalList&);
  /// wait: until the event after one that has just happened, from two uniforms
  void (*next_waits)(const Lanes& of_excess, const Lanes& of_base, ArrivalList&);
};

UNHEDGED_DECLARE_KERNELS(ArrivalKernels, arrival_kernels)

}  // namespace unhedged::world
