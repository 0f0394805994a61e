#pragma once
#include <cmath>

#include "engine/world/scenario.hpp"

/// Times of self-exciting events (Hawkes with an exponential kernel), exact at any step size: the waiting
/// time is found by inverting the integral of the intensity.
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

  /// Integral of the intensity over `time` without events.
  double mass(double excess, double time) const {
    return base * time + (decay > 0 ? excess * -std::expm1(-decay * time) / decay : excess * time);
  }
  double remaining(double excess, double time) const { return excess * std::exp(-decay * time); }

  /// Time at which mass reaches `target`; it must reach it within `most`.
  double waiting_time(double excess, double target, double most) const;
};

inline SelfExciting self_exciting(double base, const std::optional<Excitation>& excitation) {
  if (!excitation) return {base, 0, 0};
  return {base, excitation->branching, excitation->decay};
}

struct Arrivals {
  unsigned count = 0;
  double expected = 0;  ///< integral of the intensity along the path: what the count is compensated by
};

/// Most events a path may have in one step: past that the step is too long for its rates, and what is
/// left of it brings none.
inline constexpr unsigned kMostArrivals = 100000;

/// Goes through `time`. first: a uniform that decides on the first event (none if it is below exp(-mass));
/// next(k): the uniform of the wait after event k = 1, 2, ...; on_event(excess): called at each event after
/// the excess was raised.
template <class Next, class OnEvent>
Arrivals arrivals(const SelfExciting& law, double time, double first, double& excess, Next&& next,
                  OnEvent&& on_event) {
  Arrivals out;
  double left = time, uniform = first;
  while (true) {
    const double mass = law.mass(excess, left);
    const double target = uniform < 1 - mass ? mass : -std::log(uniform);
    if (target >= mass || out.count >= kMostArrivals) {
      out.expected += mass;
      excess = law.remaining(excess, left);
      return out;
    }
    const double wait = law.waiting_time(excess, target, left);
    out.expected += target;
    excess = law.remaining(excess, wait) + law.branching * law.decay;
    left -= wait;
    ++out.count;
    on_event(excess);
    uniform = next(out.count);
  }
}

/// The excess of a path on which the events have always gone on, up to a term of 1e-3 of the mean excess's
/// deviation from it and less: from the mean, eight relaxation times on.
template <class Next>
double stationary_excess(const SelfExciting& law, Next&& next) {
  if (law.branching <= 0 || law.decay <= 0) return 0;
  double excess = law.mean_excess();
  const double relaxation = 1 / (law.decay * (1 - law.branching));
  arrivals(law, 8 * relaxation, next(0), excess, next, [](double) {});
  return excess;
}

}  // namespace unhedged::world
