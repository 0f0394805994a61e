#include <cmath>
#include <complex>
#include <random>

#include "engine/math/fourier.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/pricing/transform/strip.hpp"
#include "tests/support/catch.hpp"

// Transform prices against slow and independent ones: Lewis' integral by Simpson's rule, with the
// characteristic function as Heston's formula is usually printed, Poisson sums, and differences.

using namespace unhedged;
using namespace unhedged::pricing;

namespace {

using C = std::complex<double>;

/// log E[exp(w X)].
C slow_exponent(const AffineParams& p, double v, double life, C w) {
  const double k = p.mean_reversion, xi = p.vol_of_variance, theta = p.long_run_variance.value_or(v);
  const C b = k - p.correlation * xi * w, d = std::sqrt(b * b + xi * xi * (w - w * w)), g = (b - d) / (b + d);
  const C e = std::exp(-d * life);
  C out = k * theta / (xi * xi) * ((b - d) * life - 2.0 * std::log((1.0 - g * e) / (1.0 - g))) +
          v * (b - d) / (xi * xi) * (1.0 - e) / (1.0 - g * e);
  if (const auto* j = std::get_if<models::LognormalJumps>(&p.jumps)) {
    const auto moment = [&](C z) {
      return std::exp(z * j->mean + 0.5 * z * z * j->deviation * j->deviation);
    };
    out += life * j->rate * (moment(w) - 1.0 - w * (moment(1) - 1.0));
  }
  return out;
}

/// Call over forward at m = log(forward / strike): 1 - exp(-m / 2) / pi int Re(exp(ium) phi(u - i/2)) /
/// (u^2 + 1/4).
double lewis(const AffineParams& p, double v, double life, double m) {
  const int panels = 200'000;
  const double most = 4000, h = most / panels;
  double sum = 0;
  for (int i = 0; i <= panels; ++i) {
    const double u = h * i, weight = i == 0 || i == panels ? 1 : i % 2 ? 4 : 2;
    sum += weight * std::exp(C(0, u * m) + slow_exponent(p, v, life, C(0.5, u))).real() / (u * u + 0.25);
  }
  return 1 - std::exp(-0.5 * m) / M_PI * sum * h / 3;
}

double gain(const AffineParams& p, double v, double life, double m) {
  const AffineLaw law(p, life);
  const ExponentTable table(law);
  return CosineSeries(table, v, CallColumn::shares).at(m) -
         std::exp(-m) * CosineSeries(table, v, CallColumn::cash).at(m);
}

double column(const AffineParams& p, double v, double life, CallColumn which, double m) {
  const AffineLaw law(p, life);
  const ExponentTable table(law);
  return CosineSeries(table, v, which).at(m);
}

AffineParams some_bates(std::mt19937& random) {
  std::uniform_real_distribution<double> u;
  AffineParams p{
      0.3 + 8 * u(random), 0.01 + 0.3 * u(random), 0.2 + 1.5 * u(random), -0.9 + 1.3 * u(random), {}};
  if (random() % 2)
    p.jumps = models::LognormalJumps{5 * u(random), -0.2 + 0.3 * u(random), 0.02 + 0.2 * u(random)};
  if (random() % 4 == 0) p.long_run_variance.reset();
  return p;
}

}  // namespace

TEST_CASE("Prices under stochastic variance and jumps are those of Lewis' integral") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> u;
  for (int i = 0; i < 12; ++i) {
    const AffineParams p = some_bates(random);
    const double v = 0.01 + 0.4 * u(random), life = 0.05 + 2 * u(random), m = 0.6 * u(random) - 0.3;
    INFO("v " << v << " life " << life << " m " << m << " xi " << p.vol_of_variance << " rho "
              << p.correlation);
    CHECK(std::abs(gain(p, v, life, m) - lewis(p, v, life, m)) < 1e-9);
  }
}

TEST_CASE("Merton's prices are Poisson sums of Black and Scholes', down to an hour") {
  for (const double life : {1.0 / 8760, 1.0 / 365, 0.25, 3.0})
    for (const double m : {-0.2, -0.01, 0.0, 0.003, 0.3}) {
      const models::LognormalJumps j{8, -0.06, 0.1};
      const double v = 0.09, mean = std::expm1(j.mean + 0.5 * j.deviation * j.deviation);
      double weight = std::exp(-j.rate * (1 + mean) * life), sum = 0;
      for (int n = 0; n < 120; ++n, weight *= j.rate * (1 + mean) * life / n) {
        const double rate = -j.rate * mean + n * std::log1p(mean) / life;
        const double sigma = std::sqrt(v + n * j.deviation * j.deviation / life);
        sum += weight * black_scholes_value({Right::call, std::exp(-m), life}, 1, sigma, {rate, 0});
      }
      INFO("life " << life << " m " << m);
      CHECK(std::abs(gain({0, 0, 0, 0, j}, v, life, m) - sum) < 1e-10);
    }
}

TEST_CASE("Columns are derivatives of the price") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> u;
  for (int i = 0; i < 10; ++i) {
    const AffineParams p = some_bates(random);
    const double v = 0.02 + 0.3 * u(random), life = 0.1 + u(random), m = 0.4 * u(random) - 0.2, h = 1e-3;
    const auto central = [](double down, double up, double step) { return (up - down) / (2 * step); };
    // d(spot G)/d spot = G + dG/dm
    const double delta = gain(p, v, life, m) + central(gain(p, v, life, m - h), gain(p, v, life, m + h), h);
    CHECK(std::abs(column(p, v, life, CallColumn::shares, m) - delta) < 1e-5);
    const double density = central(column(p, v, life, CallColumn::shares, m - h),
                                   column(p, v, life, CallColumn::shares, m + h), h);
    CHECK(std::abs(column(p, v, life, CallColumn::gamma, m) - density) < 1e-3);
    const double by_life = central(gain(p, v, life * (1 - h), m), gain(p, v, life * (1 + h), m), h * life);
    CHECK(std::abs(column(p, v, life, CallColumn::decay, m) - by_life) < 1e-6);
    const market::AffineVariance mean = AffineLaw(p, life).mean_variance();
    const double by_variance = central(gain(p, v * (1 - h), life, m), gain(p, v * (1 + h), life, m), h * v);
    const double vega = by_variance * 2 * std::sqrt(mean.constant + mean.slope * v) / mean.slope;
    CHECK(std::abs(column(p, v, life, CallColumn::vega, m) - vega) < 1e-6);
  }
}

TEST_CASE("What is held to leave the least variance is the covariance of call and price over the variance") {
  std::mt19937 random(13);
  std::uniform_real_distribution<double> u;
  for (int i = 0; i < 6; ++i) {
    AffineParams p = some_bates(random);
    const models::LognormalJumps j{1 + 3 * u(random), -0.1, 0.05 + 0.1 * u(random)};
    p.jumps = j;
    const double v = 0.02 + 0.2 * u(random), life = 0.1 + u(random), m = 0.4 * u(random) - 0.2, h = 1e-4;
    const double by_variance = (gain(p, v + h, life, m) - gain(p, v - h, life, m)) / (2 * h);
    const double leverage = p.correlation * p.vol_of_variance;
    double covariance = v * (column(p, v, life, CallColumn::shares, m) + leverage * by_variance),
           variance = v;
    const int nodes = 600;
    for (int n = 0; n <= nodes; ++n) {
      const double z = -8 + 16.0 * n / nodes, jump = j.mean + j.deviation * z;
      const double weight = j.rate * std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI) * 16 / nodes;
      const double moved = std::exp(jump) * gain(p, v, life, m + jump) - gain(p, v, life, m);
      covariance += weight * std::expm1(jump) * moved;
      variance += weight * std::expm1(jump) * std::expm1(jump);
    }
    CHECK(std::abs(column(p, v, life, CallColumn::hedge, m) - covariance / variance) < 1e-6);
  }
}

TEST_CASE("A strip is its series at every moneyness") {
  std::mt19937 random(17);
  std::uniform_real_distribution<double> u;
  for (int i = 0; i < 10; ++i) {
    const AffineLaw law(some_bates(random), 0.002 + u(random));
    const ExponentTable table(law);
    for (const CallColumn which : {CallColumn::shares, CallColumn::cash, CallColumn::gamma, CallColumn::vega,
                                   CallColumn::decay, CallColumn::hedge}) {
      const CosineSeries series(table, 0.02 + 0.3 * u(random), which);
      const Strip strip(series);
      double worst = 0;
      for (double m = -3; m < 3; m += 0.0137) {
        double value = 0;
        strip.add(1, 0, &m, 1, &value);
        worst = std::max(worst, std::abs(value - series.at(m)));
      }
      INFO("column " << static_cast<int>(which) << " worst " << worst << " of " << strip.greatest());
      CHECK(worst < 1e-9 * strip.greatest());
    }
  }
}

TEST_CASE("Series of cosines and sines at equal steps are summed") {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> u(-1, 1);
  std::vector<math::Complex> c(37);
  for (auto& one : c) one = {u(random), u(random)};
  const std::vector<double> values = math::half_period(c, 64);
  REQUIRE(values.size() == 65);
  for (std::size_t j = 0; j < values.size(); ++j) {
    double sum = 0;
    for (std::size_t k = 0; k < c.size(); ++k) {
      const double angle = M_PI * static_cast<double>(k * j) / 64;
      sum += c[k].re * std::cos(angle) - c[k].im * std::sin(angle);
    }
    CHECK(std::abs(values[j] - sum) < 1e-13);
  }
}

TEST_CASE("Complex functions are those of the standard library") {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> u(-3, 3);
  for (int i = 0; i < 2000; ++i) {
    const double scale = std::pow(10.0, std::round(3 * u(random)));
    const math::Complex a{scale * u(random), scale * u(random)};
    const C b(a.re, a.im), root = std::sqrt(b);
    const math::Complex r = math::complex_sqrt(a);
    CHECK(std::abs(C(r.re, r.im) - root) < 1e-15 * std::abs(root));
    CHECK(std::abs(math::angle(a) - std::arg(b)) < 1e-15 * std::abs(std::arg(b)) + 1e-16);
    if (scale > 1) continue;
    const math::Complex e = math::complex_exp(a), m = math::complex_expm1(a), l = math::complex_log1p(a);
    CHECK(std::abs(C(e.re, e.im) - std::exp(b)) < 1e-14 * std::abs(std::exp(b)));
    CHECK(std::abs(C(m.re, m.im) - (std::exp(b) - 1.0)) < 1e-14 * std::abs(std::exp(b)) + 1e-16);
    if (std::abs(1.0 + b) > 0.1) CHECK(std::abs(C(l.re, l.im) - std::log(1.0 + b)) < 1e-14);
  }
}
