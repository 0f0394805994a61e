#include "engine/math/exponentials.hpp"
#include "engine/world/arrival_kernels.hpp"

namespace unhedged::world::UNHEDGED_ISA {
namespace {

/// Entries of a list, rounded up to whole vectors.
UNHEDGED_INLINE std::size_t entries(const ArrivalList& list) { return (list.count + 7) / 8 * 8; }

/// Integral of the intensity over `time`; lost: share of the excess that decays in it.
UNHEDGED_INLINE double mass_of(double base, double decay, double excess, double lost, double time) {
  const double decaying = excess * lost / decay;
  return base * time + (decay > 0.0 ? decaying : excess * time);
}

UNHEDGED_INLINE double lost_in(double decay, double time) { return -math::expm1(-decay * time); }

/// What is solved for: the mass at the first event.
struct Targets {
  Lanes target, open;  // open: 1 while the time is not known well enough
};

void aim(ArrivalList& list, Targets& out) {
  const double *base = list.base.data(), *decay = list.decay.data(), *excess = list.excess.data();
  const double *first = list.first.data(), *left = list.left.data();
  double *wait = list.wait.data(), *target = out.target.data(), *open = out.open.data();
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < entries(list); ++k) {
    const double mass = mass_of(base[k], decay[k], excess[k], lost_in(decay[k], left[k]), left[k]);
    const double at = -math::log(first[k]), aimed = first[k] < 1.0 - mass ? mass : at;
    const double start = aimed / (base[k] + excess[k]), bounded = start < left[k] ? start : left[k];
    const double comes = aimed < mass ? 1.0 : 0.0;
    target[k] = aimed;
    open[k] = comes;
    wait[k] = comes != 0.0 ? bounded : left[k];
  }
}

/// A round of Newton's method, as SelfExciting::waiting_time.
void close_in(ArrivalList& list, Targets& t) {
  constexpr double enough = 1e-12;
  const double *base = list.base.data(), *decay = list.decay.data(), *excess = list.excess.data();
  const double *left = list.left.data(), *target = t.target.data();
  double *wait = list.wait.data(), *open = t.open.data();
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < entries(list); ++k) {
    const double time = wait[k], lost = lost_in(decay[k], time);
    const double mass = mass_of(base[k], decay[k], excess[k], lost, time);
    const double step = (target[k] - mass) / (base[k] + excess[k] * (1.0 - lost));
    const double moved = time + step, late = moved > left[k] ? left[k] : moved;
    const double next = moved < 0.0 ? 0.0 : late;
    const double more = __builtin_fabs(step) <= enough * next ? 0.0 : 1.0, was = open[k];
    wait[k] = was != 0.0 ? next : time;
    open[k] = was != 0.0 ? more : 0.0;
  }
}

bool any_open(const ArrivalList& list, const Targets& t) {
  int open = 0;
  for (std::size_t k = 0; k < list.count; ++k) open += t.open[k] != 0.0 ? 1 : 0;
  return open > 0;
}

void first_waits(ArrivalList& list) {
  Targets t;
  aim(list, t);
  for (int round = 0; round < 100 && any_open(list, t); ++round) close_in(list, t);
}

void pass(ArrivalList& list) {
  const double *base = list.base.data(), *decay = list.decay.data(), *kick = list.kick.data();
  const double* wait = list.wait.data();
  double *excess = list.excess.data(), *left = list.left.data(), *goes_on = list.goes_on.data();
  double *events = list.events.data(), *expected = list.expected.data();
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < entries(list); ++k) {
    const double before = left[k], comes = wait[k] < before ? 1.0 : 0.0;
    const double time = comes != 0.0 ? wait[k] : before;
    const double remaining = excess[k] * math::exp(-decay[k] * time), raised = remaining + kick[k];
    expected[k] += mass_of(base[k], decay[k], excess[k], lost_in(decay[k], time), time);
    excess[k] = comes != 0.0 ? raised : remaining;
    left[k] = before - time;
    events[k] += comes;
    goes_on[k] = comes;
  }
}

void next_waits(const Lanes& of_excess, const Lanes& of_base, ArrivalList& list) {
  const double *base = list.base.data(), *decay = list.decay.data(), *excess = list.excess.data();
  double* wait = list.wait.data();
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < entries(list); ++k) {
    const double from_base = -math::log(of_base[k]) / base[k];
    const double left = 1.0 + decay[k] * math::log(of_excess[k]) / excess[k];
    const double from_excess = -math::log(left > 0.0 ? left : 1.0) / decay[k];
    const double earlier = from_excess < from_base ? from_excess : from_base;
    const double brings = left > 0.0 ? excess[k] : 0.0;  // what is no number brings nothing
    wait[k] = brings > 0.0 ? earlier : from_base;
  }
}

}  // namespace

const ArrivalKernels arrival_kernels{first_waits, pass, next_waits};

}  // namespace unhedged::world::UNHEDGED_ISA
