#include "engine/world/event_kernels.hpp"
#include "engine/world/gather.hpp"
#include "engine/world/hazard_law.hpp"

namespace unhedged::world::UNHEDGED_ISA {
namespace {

/// The list of lanes with an event.
void list(Events& out) {
  out.count = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    out.lane[out.count] = static_cast<std::uint16_t>(lane);
    out.count += out.any[lane] != 0.0 ? 1 : 0;
  }
}

void await(const ArrivalLaw& law, const LaneIndex& regime, const Lanes& first, const Lanes& excess,
           Events& out) {
  const Looked base(law.base, regime), gain(law.gain, regime);
  int events = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double mass = base[lane] + gain[lane] * excess[lane];
    const double any = first[lane] >= 1.0 - mass ? 1.0 : 0.0;
    out.any[lane] = any;
    out.expected[lane] = any != 0.0 ? 0.0 : mass;
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) events += out.any[lane] != 0.0 ? 1 : 0;
  out.count = 0;
  if (events > 0) list(out);
}

void fade(const RegimeTable& kept, const LaneIndex& law, const Lanes& any, Lanes& x) {
  const Looked share(kept, law);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    x[lane] = any[lane] != 0.0 ? x[lane] : x[lane] * share[lane];
}

void log_price(const Lanes& anchor, const Lanes& log_spot, Lanes& out) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] = log_spot[lane] + math::log(anchor[lane] > 1e-300 ? anchor[lane] : 1e-300);
}

void await_crashes(const BubbleLaw& law, const LaneIndex& regime, const BubbleLanes& b, double dt,
                   const Lanes& first, Events& out) {
  const Looked acts(law.acts, regime), log_hazard(law.log_hazard, regime), growth(law.growth, regime);
  const Looked paid(law.paid, regime), ceiling(law.ceiling, regime), log_ceiling(law.log_ceiling, regime);
  const double *from = b.from->data(), *to = b.to->data(), *reference = b.reference->data(),
               *variance = b.variance->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const HazardLaw hazard{growth[lane], paid[lane], ceiling[lane], log_ceiling[lane]};
    const double bend = growth[lane] * growth[lane] * variance[lane] * dt / 12.0;
    const double at = log_hazard[lane] + growth[lane] * (from[lane] - reference[lane]) + bend;
    const double mass = hazard_mass(hazard, hazard_way(hazard, at, (to[lane] - from[lane]) / dt), dt);
    const double any = -math::log(first[lane]) < mass ? acts[lane] : 0.0;
    out.any[lane] = any;
    out.expected[lane] = acts[lane] > any ? paid[lane] * mass : 0.0;
  }
  list(out);
}

void add_crash_variance(const BubbleLaw& law, const LaneIndex& regime, const Lanes& price,
                        const Lanes& reference, Lanes& y) {
  const Looked acts(law.acts, regime), log_hazard(law.log_hazard, regime), growth(law.growth, regime);
  const Looked log_ceiling(law.log_ceiling, regime), variance(law.variance, regime);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double at = log_hazard[lane] + growth[lane] * (price[lane] - reference[lane]);
    const double hazard = math::exp(at < log_ceiling[lane] ? at : log_ceiling[lane]);
    y[lane] += acts[lane] != 0.0 ? variance[lane] * hazard : 0.0;
  }
}

}  // namespace

const EventKernels event_kernels{await, fade, log_price, await_crashes, add_crash_variance};

}  // namespace unhedged::world::UNHEDGED_ISA
