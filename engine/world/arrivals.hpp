#pragma once
#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/event_kernels.hpp"
#include "engine/world/scenario.hpp"

/// Times of self-exciting events (Hawkes with an exponential kernel), exact at any step size: the first wait
/// by inverting the integral of the intensity, later ones by composition of excess and base.
/// source  Hawkes, Biometrika 58 (1971); Dassios, Zhao, Electron. Commun. Probab. 18 (2013), for simulation
///         by waiting times
namespace unhedged::world {

/// Intensity = base + excess; the excess decays and each event adds branching * decay to it.
struct SelfExciting {
  double base = 0;
  double branching = 0;
  double decay = 0;

  double mean_rate() const { return base / (1 - branching); }
  double mean_excess() const { return mean_rate() - base; }

  /// Time to go through for a stationary start: eight relaxation times of the intensity. From the mean it
  /// leaves nothing of an error of the mean and e^-16 of one of the variance.
  double past() const { return branching > 0 && decay > 0 ? 8 / (decay * (1 - branching)) : 0; }

  /// Integral of the intensity over `time` without events.
  double mass(double excess, double time) const {
    return base * time + (decay > 0 ? excess * -scalar::expm1(-decay * time) / decay : excess * time);
  }
  double remaining(double excess, double time) const { return excess * scalar::exp(-decay * time); }

  /// d mass / d excess of a time without events.
  double gain(double time) const { return decay > 0 ? -scalar::expm1(-decay * time) / decay : time; }

  /// Wait for the next event, the earlier of one from the excess (if it brings any) and one from the base.
  double next_wait(double excess, double excess_uniform, double base_uniform) const {
    const double from_base = -scalar::log(base_uniform) / base;
    const double left = 1 + decay * scalar::log(excess_uniform) / excess;
    return excess > 0 && left > 0 ? std::min(from_base, -scalar::log(left) / decay) : from_base;
  }

  /// Time at which mass reaches `target`; it must reach it within `most`.
  double waiting_time(double excess, double target, double most) const;
};

/// Numbers of the past that a state starts from are drawn at the step of entry times this.
inline constexpr std::uint32_t kStepsOfEntry = 64;

inline SelfExciting self_exciting(double base, const std::optional<Excitation>& excitation) {
  if (!excitation) return {base, 0, 0};
  return {base, excitation->branching, excitation->decay};
}

struct Arrivals {
  unsigned count = 0;
  double expected = 0;  ///< integral of the intensity along the path: what the count is compensated by
};

/// Goes through `time`, however many events it brings (configurations that bring too many are refused).
/// first: a uniform that decides on the first event (none if it is below exp(-mass)); next(k): further
/// uniforms, k = 0, 1, ...; on_event(excess, left): called at each event after the excess was raised, with
/// the time that is left.
template <class Next, class OnEvent>
Arrivals arrivals(const SelfExciting& law, double time, double first, double& excess, Next&& next,
                  OnEvent&& on_event) {
  Arrivals out;
  const double mass = law.mass(excess, time);
  const double target = first < 1 - mass ? mass : -scalar::log(first);
  double left = time, wait = target < mass ? law.waiting_time(excess, target, time) : time;
  unsigned used = 0;
  while (wait < left) {
    out.expected += law.mass(excess, wait);
    excess = law.remaining(excess, wait) + law.branching * law.decay;
    left -= wait;
    ++out.count;
    on_event(excess, left);
    const double excess_uniform = next(used), base_uniform = next(used + 1);
    used += 2;
    wait = law.next_wait(excess, excess_uniform, base_uniform);
  }
  out.expected += law.mass(excess, left);
  excess = law.remaining(excess, left);
  return out;
}

/// Puts what steps of dt have in common into the tables of the kernels, under a regime and its law.
void tabulate(const SelfExciting& events, double dt, std::size_t regime, std::size_t law, ArrivalLaw& out);

/// The excess of a path on which the events have always gone on.
template <class Next>
double stationary_excess(const SelfExciting& law, Next&& next) {
  if (law.past() == 0) return 0;
  double excess = law.mean_excess();
  arrivals(
      law, law.past(), next(0), excess, [&](unsigned k) { return next(k + 1); }, [](double, double) {});
  return excess;
}

}  // namespace unhedged::world
