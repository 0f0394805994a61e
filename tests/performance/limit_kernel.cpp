#include "engine/math/elementary.hpp"
#include "engine/random/noise.hpp"
#include "tests/performance/limit.hpp"

namespace unhedged::performance::UNHEDGED_ISA {
namespace {

struct State {
  Lanes log_spot, spot, hedge, cash, turnover;
};

/// One date: delta by the closed form, order, fill, and the step to the next date.
void step(State& s, const Lanes& z, double slope, double offset, double growth, double drift, double sd) {
  for (std::size_t i = 0; i < kLanes; ++i) s.spot[i] = 100.0 * math::exp(s.log_spot[i]);
  for (std::size_t i = 0; i < kLanes; ++i) {
    const double target = math::normal_cdf(math::fma(s.log_spot[i], slope, offset));
    const double order = target - s.hedge[i], notional = order * s.spot[i];
    s.hedge[i] = target;
    s.cash[i] = math::fma(-growth, notional, s.cash[i]);
    s.turnover[i] += __builtin_fabs(notional);
  }
  for (std::size_t i = 0; i < kLanes; ++i) s.log_spot[i] += math::fma(sd, z[i], drift);
}

double block(std::uint64_t first, std::uint32_t steps, double maturity) {
  constexpr double rate = 0.05, volatility = 0.2;
  static thread_local State s;
  static thread_local random::NoiseGroup noise;
  PathIds paths;
  for (std::size_t i = 0; i < kLanes; ++i) paths.value[i] = first + i;
  for (Lanes* lanes : {&s.log_spot, &s.hedge, &s.cash, &s.turnover}) lanes->fill(0.0);
  const double dt = maturity / steps;
  for (std::uint32_t n = 0; n < steps; ++n) {
    if (n % 4 == 0)
      random::UNHEDGED_ISA::noise_kernels.normals({42, random::Purpose::spot, 0}, paths, n / 4, noise);
    const double tau = maturity - n * dt, root = volatility * __builtin_sqrt(tau);
    step(s, noise.step[n % 4], 1 / root, (rate + 0.5 * volatility * volatility) * tau / root,
         math::exp(rate * tau), (rate - 0.5 * volatility * volatility) * dt, volatility * __builtin_sqrt(dt));
  }
  double sum = 0;
  for (std::size_t i = 0; i < kLanes; ++i) sum += s.cash[i] + s.hedge[i] * 100.0 * math::exp(s.log_spot[i]);
  return sum;
}

double hedge(std::uint64_t paths, std::uint32_t steps, double maturity) {
  double sum = 0;
  for (std::uint64_t first = 0; first < paths; first += kLanes) sum += block(first, steps, maturity);
  return sum / static_cast<double>(paths);
}

}  // namespace

const LimitKernels limit_kernels{hedge};

}  // namespace unhedged::performance::UNHEDGED_ISA
