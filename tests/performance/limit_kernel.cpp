#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/math/elementary.hpp"
#include "engine/math/rows.hpp"
#include "engine/random/noise.hpp"
#include "tests/performance/limit.hpp"

namespace unhedged::performance::UNHEDGED_ISA {
namespace {

using math::load_quad, math::Quad, math::store_quad;

constexpr double kRate = 0.05, kVolatility = 0.2, kSpot = 100.0;

/// A date: the delta as a table over log spots like the engine's, and what cash of then is worth at the end.
struct Date {
  math::CubicTable delta;
  double growth;
};

struct State {
  Lanes log_spot, spot, units, cash, turnover;
};

math::CubicTable table_of(double tau) {
  constexpr double reach = 9.0, interval = 0.085;  // in deviations, as in engine/pricing/surface.cpp
  const double sd = kVolatility * __builtin_sqrt(tau),
               drift = (kRate + 0.5 * kVolatility * kVolatility) * tau;
  return math::make_cubic_table(-drift - reach * sd, -drift + reach * sd,
                                static_cast<std::size_t>(2 * reach / interval),
                                [=](const double* x, std::size_t count, double* out) {
                                  for (std::size_t i = 0; i < count; ++i)
                                    out[i] = math::normal_cdf((x[i] + drift) / sd);
                                });
}

std::vector<Date> dates(std::uint32_t steps, double maturity) {
  std::vector<Date> all;
  for (std::uint32_t n = 0; n < steps; ++n) {
    const double tau = maturity - n * maturity / steps;
    all.push_back({table_of(tau), math::exp(kRate * tau)});
  }
  return all;
}

/// One date and the step to the next, in two passes: what is best done in the widest vectors there are, and
/// what is done row by row.
void step(State& s, const Lanes& z, const Date& date, double drift, double sd) {
  alignas(64) int row[kLanes];
  alignas(64) double t[kLanes];
  const math::CubicTable& table = date.delta;
  const math::Intervals intervals{table.origin, table.inverse_step,
                                  static_cast<int>(table.pieces.size()) - 1};
  const double growth = date.growth;
  for (std::size_t i = 0; i < kLanes; i += 4) math::locate(intervals, &s.log_spot[i], row + i, t + i);
  double *log_spot = s.log_spot.data(), *spot = s.spot.data();
  const double* shock = z.data();
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < kLanes; ++i) {
    spot[i] = kSpot * math::plain_exp(log_spot[i]);
    log_spot[i] += math::fma(sd, shock[i], drift);
  }
  const double* const pieces = table.pieces.data()->c;
  for (std::size_t i = 0; i < kLanes; i += 4) {
    const Quad target = math::cubics(pieces, row + i, load_quad(t + i));
    const Quad order = target - load_quad(&s.units[i]), notional = order * load_quad(&s.spot[i]);
    const Quad size = notional < 0.0 ? -notional : notional;
    store_quad(target, &s.units[i]);
    store_quad(math::fma(notional, Quad{} - growth, load_quad(&s.cash[i])), &s.cash[i]);
    store_quad(math::fma(size, Quad{} + growth, load_quad(&s.turnover[i])), &s.turnover[i]);
  }
}

double block(std::uint64_t first, const std::vector<Date>& all, double maturity) {
  static thread_local State s;
  static thread_local random::NoiseGroup noise;
  PathIds paths;
  for (std::size_t i = 0; i < kLanes; ++i) paths.value[i] = first + i;
  for (Lanes* lanes : {&s.log_spot, &s.units, &s.cash, &s.turnover}) lanes->fill(0.0);
  const double dt = maturity / static_cast<double>(all.size());
  const double drift = (kRate - 0.5 * kVolatility * kVolatility) * dt, sd = kVolatility * __builtin_sqrt(dt);
  for (std::uint32_t n = 0; n < all.size(); ++n) {
    if (n % 4 == 0)
      random::UNHEDGED_ISA::noise_kernels.normals({42, random::Purpose::spot, 0}, paths, n / 4, noise);
    step(s, noise.step[n % 4], all[n], drift, sd);
  }
  double sum = 0;
  for (std::size_t i = 0; i < kLanes; ++i) {
    const double spot = kSpot * math::exp(s.log_spot[i]);
    sum += s.cash[i] + s.units[i] * spot - (spot > kSpot ? spot - kSpot : 0.0);
  }
  return sum;
}

double hedge(std::uint64_t paths, std::uint32_t steps, double maturity) {
  const std::vector<Date> all = dates(steps, maturity);
  double sum = 0;
  for (std::uint64_t first = 0; first < paths; first += kLanes) sum += block(first, all, maturity);
  return sum / static_cast<double>(paths);
}

}  // namespace

const LimitKernels limit_kernels{hedge};

}  // namespace unhedged::performance::UNHEDGED_ISA
