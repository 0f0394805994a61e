#pragma once
#include <variant>

/// Laws of the jumps of a price: compound Poisson processes of log jumps. Rates per year.
namespace unhedged::models {

/// Log jumps N(mean, deviation^2).
/// source: Merton, "Option pricing when underlying stock returns are discontinuous", JFE 3 (1976).
struct LognormalJumps {
  double rate = 0;
  double mean = 0;
  double deviation = 0;
};

/// Log jumps up with probability p, exponential with mean up_mean, else down with mean down_mean.
/// expects  up_mean < 1, or the expected price is infinite
/// source: Kou, "A jump-diffusion model for option pricing", Management Science 48 (2002).
struct DoubleExponentialJumps {
  double rate = 0;
  double up_probability = 0;
  double up_mean = 0;    ///< 1 / eta1
  double down_mean = 0;  ///< 1 / eta2
};

/// Price and variance jump together: the variance by Z, exponential with mean variance_mean, the log price by
/// N(mean + correlation Z, deviation^2).
/// expects  correlation * variance_mean < 1, or the expected price is infinite
/// source: Duffie, Pan, Singleton, Econometrica 68 (2000).
struct JointJumps {
  double rate = 0;
  double mean = 0;
  double deviation = 0;
  double variance_mean = 0;
  double correlation = 0;
};

using Jumps = std::variant<LognormalJumps, DoubleExponentialJumps, JointJumps>;

double rate_of(const Jumps& jumps);

/// E[exp(log jump)] - 1: times the rate, what compensates the drift.
double mean_relative_jump(const Jumps& jumps);

/// Quadratic variation of the log price that the jumps add, per year.
double variance_of(const Jumps& jumps);

}  // namespace unhedged::models
