#include "engine/math/elementary.hpp"
#include "engine/pricing/multi_asset_kernels.hpp"

namespace unhedged::pricing::UNHEDGED_ISA {
namespace {

/// The search goes back and forth where it would turn the rule at once by all that the boundary says.
constexpr double kTurn = 0.7;
constexpr int kSteps = 10;
/// Thresholds farther away are never or always reached; the first guess is taken nearer.
constexpr double kFarthest = 8, kFirstFarthest = 3;
constexpr double kLeastVariance = 1e-20;
constexpr double kInverseRootTwoPi = 0.3989422804014326779;

UNHEDGED_INLINE double within(double x, double limit) {
  const double low = x < -limit ? -limit : x;
  return low > limit ? limit : low;
}

UNHEDGED_INLINE double density(double z) { return kInverseRootTwoPi * math::gauss(z); }

/// What is received and what is given for it, at a point.
struct Sides {
  double received[kLanes], given[kLanes];
};

void add_up(const MultiAssetState& state, const Lanes* parts, std::size_t count, Sides& sides) {
  for (std::size_t i = 0; i < count; ++i) sides.received[i] = 0, sides.given[i] = state.strike;
  for (std::size_t leg = 0; leg < state.legs; ++leg) {
    double* const side = state.sign[leg] > 0 ? sides.received : sides.given;
    for (std::size_t i = 0; i < count; ++i) side[i] = math::fma(state.sign[leg], parts[leg][i], side[i]);
  }
}

/// share of each leg in its side, signed: share += turn * (that - share)
void turn(const MultiAssetState& state, const Lanes* parts, const Sides& sides, double by, std::size_t count,
          Lanes* share) {
  for (std::size_t leg = 0; leg < state.legs; ++leg) {
    const double* const side = state.sign[leg] > 0 ? sides.received : sides.given;
    for (std::size_t i = 0; i < count; ++i)
      share[leg][i] = math::fma(by, parts[leg][i] / side[i] - share[leg][i], share[leg][i]);
  }
}

/// loading = covariance with sum of share * log price, over its deviation, which is returned.
void load(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count, double* deviation) {
  double variance[kLanes];
  for (std::size_t i = 0; i < count; ++i) variance[i] = 0;
  for (std::size_t leg = 0; leg < state.legs; ++leg) {
    double* const sum = rule.loading[leg].data();
    for (std::size_t i = 0; i < count; ++i) sum[i] = 0;
    for (std::size_t other = 0; other < state.legs; ++other) {
      const double rho = state.correlation[leg * state.legs + other];
      for (std::size_t i = 0; i < count; ++i)
        sum[i] = math::fma(rho * state.deviation[other][i], rule.share[other][i], sum[i]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      sum[i] *= state.deviation[leg][i];
      variance[i] = math::fma(sum[i], rule.share[leg][i], variance[i]);
    }
  }
  for (std::size_t i = 0; i < count; ++i)
    deviation[i] = __builtin_sqrt(variance[i] > kLeastVariance ? variance[i] : kLeastVariance);
  for (std::size_t leg = 0; leg < state.legs; ++leg)
    for (std::size_t i = 0; i < count; ++i) rule.loading[leg][i] = rule.loading[leg][i] / deviation[i];
}

/// The rule of the logarithm of what is received over what is given, taken as linear around today's forwards.
void first_guess(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  Sides sides;
  double deviation[kLanes], drift[kLanes];
  add_up(state, state.forward, count, sides);
  for (std::size_t leg = 0; leg < state.legs; ++leg) rule.share[leg].fill(0);
  turn(state, state.forward, sides, 1, count, rule.share);
  load(state, rule, count, deviation);
  for (std::size_t i = 0; i < count; ++i) drift[i] = 0;
  for (std::size_t leg = 0; leg < state.legs; ++leg)
    for (std::size_t i = 0; i < count; ++i) {
      const double variance = state.deviation[leg][i] * state.deviation[leg][i];
      drift[i] = math::fma(0.5 * variance, rule.share[leg][i], drift[i]);
    }
  for (std::size_t i = 0; i < count; ++i) {
    const double log_ratio = math::log(sides.received[i] / sides.given[i]);
    (*rule.threshold)[i] = within((drift[i] - log_ratio) / deviation[i], kFirstFarthest);
  }
}

/// boundary = forward * e^(loading threshold - loading^2 / 2)
void stand_at(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  for (std::size_t leg = 0; leg < state.legs; ++leg)
    for (std::size_t i = 0; i < count; ++i) {
      const double a = rule.loading[leg][i];
      rule.boundary[leg][i] = state.forward[leg][i] * math::exp(a * math::fma(-0.5, a, (*rule.threshold)[i]));
    }
}

/// Newton's step for the threshold, in the logarithm, while the rule turns to what the boundary says.
void improve(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  Sides sides;
  double deviation[kLanes], sum[kLanes], slope[kLanes];
  stand_at(state, rule, count);
  add_up(state, rule.boundary, count, sides);
  for (std::size_t i = 0; i < count; ++i) {
    sum[i] = -math::log(sides.received[i] / sides.given[i]);
    slope[i] = 0;
  }
  const auto along = [&](auto add) {
    for (std::size_t leg = 0; leg < state.legs; ++leg) {
      const double* const side = state.sign[leg] > 0 ? sides.received : sides.given;
      for (std::size_t i = 0; i < count; ++i) add(i, rule.boundary[leg][i] / side[i], rule.loading[leg][i]);
    }
  };
  along([&](std::size_t i, double share, double a) {
    sum[i] = math::fma(share * a, math::fma(-0.5, a, (*rule.threshold)[i]), sum[i]);
  });
  turn(state, rule.boundary, sides, kTurn, count, rule.share);
  load(state, rule, count, deviation);
  along([&](std::size_t i, double share, double a) {
    sum[i] = math::fma(0.5 * share * a, a, sum[i]);
    slope[i] = math::fma(share, a, slope[i]);
  });
  for (std::size_t i = 0; i < count; ++i) {
    const double least = 1e-3 * deviation[i];
    (*rule.threshold)[i] = within(sum[i] / (slope[i] > least ? slope[i] : least), kFarthest);
  }
}

/// A rule that earns less than always exercising or never is no rule.
void refuse_bad_rules(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  double earned[kLanes], always[kLanes];
  for (std::size_t i = 0; i < count; ++i) {
    earned[i] = -state.strike * math::normal_cdf(-(*rule.threshold)[i]);
    always[i] = -state.strike;
  }
  for (std::size_t leg = 0; leg < state.legs; ++leg)
    for (std::size_t i = 0; i < count; ++i) {
      const double chance = math::normal_cdf(rule.loading[leg][i] - (*rule.threshold)[i]);
      earned[i] = math::fma(state.forward[leg][i], chance, earned[i]);
      always[i] += state.forward[leg][i];
    }
  for (std::size_t i = 0; i < count; ++i) {
    const double simple = always[i] > 0 ? always[i] : 0, sure = always[i] > 0 ? -kFarthest : kFarthest;
    (*rule.threshold)[i] = earned[i] < simple ? sure : (*rule.threshold)[i];
  }
}

/// Part of the deviation of a leg that z does not explain.
UNHEDGED_INLINE double unexplained(double deviation, double loading) {
  const double variance = math::fma(deviation, deviation, -loading * loading);
  return __builtin_sqrt(variance > 0.0 ? variance : 0.0);
}

/// Of the unexplained part of a leg against that of the first of two.
UNHEDGED_INLINE double apart_sign(const MultiAssetState& state, std::size_t leg) {
  return leg == 1 && state.legs == 2 ? -state.sign[0] * state.sign[1] : 1.0;
}

/// How the best rule follows the prices: second derivatives of what it earns, over phi(threshold), in the
/// threshold (slope), in a turn (turning) and in both (mixed). Turns are known of two legs, where the parts
/// that z does not explain are one variable; of more they are taken as free.
void bend(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) (*rule.slope)[i] = (*rule.mixed)[i] = 0;
  for (std::size_t leg = 0; leg < state.legs; ++leg)
    for (std::size_t i = 0; i < count; ++i)
      (*rule.slope)[i] = math::fma(rule.loading[leg][i], rule.boundary[leg][i], (*rule.slope)[i]);
  for (std::size_t i = 0; i < count; ++i) (*rule.turning)[i] = (*rule.slope)[i];
  for (std::size_t leg = 0; state.legs == 2 && leg < 2; ++leg)
    for (std::size_t i = 0; i < count; ++i) {
      const double a = rule.loading[leg][i], g = rule.boundary[leg][i];
      const double b = apart_sign(state, leg) * unexplained(state.deviation[leg][i], a);
      (*rule.turning)[i] = math::fma(g * (a - (*rule.threshold)[i]), b * b, (*rule.turning)[i]);
      (*rule.mixed)[i] = math::fma(g * a, b, (*rule.mixed)[i]);
    }
}

void find(const MultiAssetState& state, const ExerciseRule& rule, std::size_t count) {
  first_guess(state, rule, count);
  for (int k = 0; k < kSteps; ++k) improve(state, rule, count);
  refuse_bad_rules(state, rule, count);
  stand_at(state, rule, count);
  bend(state, rule, count);
}

void add_chance(const ExerciseRule& rule, std::size_t leg, double side, double factor, const Lanes* times,
                std::size_t count, Lanes& out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double chance = math::normal_cdf(side * (rule.loading[leg][i] - (*rule.threshold)[i]));
    out[i] = math::fma(times != nullptr ? factor * (*times)[i] : factor, chance, out[i]);
  }
}

void add_exercise(const ExerciseRule& rule, double side, double factor, std::size_t count, Lanes& out) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = math::fma(factor, math::normal_cdf(-side * (*rule.threshold)[i]), out[i]);
}

void add_gamma(const MultiAssetState& state, const ExerciseRule& rule, std::size_t leg, double factor,
               const Lanes& spot, std::size_t count, Lanes& out) {
  constexpr double least = 1e-300, least_share = 1e-3;
  const double sign = apart_sign(state, leg);
  for (std::size_t i = 0; i < count; ++i) {
    const double s = (*rule.slope)[i], slope = s > least ? s : least;
    const double t = (*rule.turning)[i] / slope, m = (*rule.mixed)[i] / slope;
    const double b = sign * unexplained(state.deviation[leg][i], rule.loading[leg][i]);
    const double size = math::fma(-m, m, t), sound = size > least_share ? size : least_share;
    const double part = rule.boundary[leg][i] / spot[i];
    const double follows = math::fma(b, math::fma(-2.0, m, b), t) / (sound * slope);
    out[i] = math::fma(factor * density((*rule.threshold)[i]) * part, part * follows, out[i]);
  }
}

void add_vega(const ExerciseRule& rule, std::size_t leg, double factor, const Lanes* by, std::size_t count,
              Lanes& out) {
  for (std::size_t i = 0; i < count; ++i) {
    const double moved = density((*rule.threshold)[i]) * rule.boundary[leg][i] * rule.loading[leg][i];
    out[i] = math::fma(factor, by != nullptr ? moved / (*by)[i] : moved, out[i]);
  }
}

}  // namespace

const MultiAssetKernels multi_asset_kernels{find, add_chance, add_exercise, add_gamma, add_vega};

}  // namespace unhedged::pricing::UNHEDGED_ISA
