#include <cmath>
#include <random>
#include <sstream>

#include "engine/math/cubic_table.hpp"
#include "engine/math/grid_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

// Interpolated Greeks against exact ones.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

std::string desk(const std::string& dynamics, const std::string& volatility, const std::string& greeks,
                 const std::string& implied = "{}", const std::string& of_asset = "",
                 const std::string& of_some = "") {
  std::mt19937 random(1);
  std::ostringstream book;
  for (int i = 0; i < 120; ++i) {
    const int expiries[] = {5, 10, 15, 22, 30, 60, 90, 180};
    const int strike = 75 + 5 * static_cast<int>(random() % 11),
              quantity = static_cast<int>(random() % 9) - 4;
    if (quantity != 0)
      book << "  - {instrument: " << (random() % 2 ? "call" : "put") << ", asset: A, strike: " << strike
           << ", expiry: " << expiries[random() % 8] << " d, quantity: " << quantity
           << (i % 3 == 0 ? of_some : "") << "}\n";
  }
  return "name: t\nmarket: {assets: {A: {spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %, half_spread: 3 "
         "bp" +
         of_asset + "}}}\nportfolio:\n" + book.str() +
         "scenarios: [{name: w, regimes: {w: {dynamics: {A: " + dynamics + "}, implied_vol: {A: " + implied +
         "}}}}]\n"
         "hedgers: {h: {model: black_scholes, volatility: " +
         volatility +
         "}}\n"
         "simulation: {horizon: 20 d, step: 6 h, paths: 3_000, seed: 4, greeks: " +
         greeks + "}\noutput: {file: x.h5, worst_paths: 0}\n";
}

struct Comparison {
  double worst = 0;  ///< largest difference of P&L over gross notional
  pricing::SurfaceReport report;
};

Comparison compare(const std::string& dynamics, const std::string& volatility,
                   const std::string& implied = "{}", const std::string& of_asset = "",
                   const std::string& of_some = "") {
  const Run fast = run_yaml(desk(dynamics, volatility, "interpolated", implied, of_asset, of_some));
  const Run slow = run_yaml(desk(dynamics, volatility, "exact", implied, of_asset, of_some));
  Comparison out{0, fast.prepared->surfaces()};
  CHECK(slow.prepared->surfaces().interpolated == 0);
  for (const char* hedger : {"h", "unhedged"})
    for (std::size_t i = 0; i < fast.plan().paths; ++i)
      out.worst = std::max(
          out.worst, std::abs(fast.pnl(hedger)[i] - slow.pnl(hedger)[i]) / fast.plan().gross_notional());
  return out;
}

const std::string kGbm = "{model: gbm, volatility: 45 %}";
const std::string kJumps =
    "{model: merton, volatility: 30 %, jump_rate: 30, jump_mean: -10 %, jump_vol: 20 %}";
const std::string kHeston =
    "{model: heston, volatility: 45 %, long_run_volatility: 40 %, mean_reversion: 5, vol_of_variance: 1.2, "
    "correlation: -0.6}";

}  // namespace

TEST_CASE(
    "P&L from interpolated and from exact Greeks differ by less than 1e-6 of gross notional on every path") {
  for (const auto& [dynamics, volatility] :
       {std::pair{kGbm, "40 %"}, std::pair{kJumps, "40 %"}, std::pair{kJumps, "implied"},
        std::pair{kHeston, "40 %"}, std::pair{kHeston, "implied"}}) {
    const Comparison c = compare(dynamics, volatility);
    INFO(dynamics << " " << volatility << " worst " << c.worst << " reported " << c.report.worst_error);
    CHECK(c.worst < 1e-6);
    CHECK(c.worst > 0);  // the two really are computed differently
    CHECK(c.report.interpolated > 10 * (c.report.exact + c.report.refused));
    CHECK(c.report.worst_error < 1e-6);
    CHECK(c.report.worst_error > 0);
  }
}

TEST_CASE("Smiles are interpolated, whether they move with the variance or not") {
  const std::string smile = "{premium: 5 %, skew: -8 %, curvature: 3 %}";
  for (const std::string& dynamics : {kJumps, kHeston}) {
    const Comparison c = compare(dynamics, "implied", smile);
    INFO(dynamics << " worst " << c.worst);
    CHECK(c.worst < 1e-6);
    CHECK(c.report.interpolated > 4 * (c.report.exact + c.report.refused));
  }
}

TEST_CASE(
    "Surfaces and marks of one's own: interpolated or exact, the same P&L - fixed volatilities are "
    "interpolated as ever") {
  const std::string more =
      ", surface: [{expiry: 7 d, volatility: 45 %, skew: -8 %, curvature: 5 %}, {expiry: 60 d, volatility: "
      "40 %, skew: -7 %, curvature: 3 %}]";
  for (const std::string& own : {std::string(), std::string(", implied_vol: 47 %")})
    for (const auto& [dynamics, volatility] :
         {std::pair{kJumps, "implied"}, std::pair{kHeston, "implied"}, std::pair{kHeston, "40 %"}}) {
      const Comparison c = compare(dynamics, volatility, "{skew: -2 %, curvature: 1 %}", more, own);
      INFO(dynamics << " " << volatility << own << " worst " << c.worst << " reported "
                    << c.report.worst_error);
      CHECK(c.worst < 1e-6);
      CHECK(c.report.worst_error < 1e-6);
      CHECK(c.report.interpolated > 4 * (c.report.exact + c.report.refused));
    }
}

TEST_CASE("Cubic tables: fourth order, constant outside, the same bits on every instruction set") {
  const auto f = [](double x) { return std::sin(3 * x) + 0.1 * x; };
  const math::BlockFunction block = [&](const double* x, std::size_t n, double* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = f(x[i]);
  };
  double x[64], errors[2] = {};
  for (std::size_t i = 0; i < 64; ++i) x[i] = -1 + 2 * std::fmod(0.37 + 0.618 * static_cast<double>(i), 1.0);
  for (const int fine : {0, 1}) {
    const auto table = math::make_cubic_table(-1, 1, fine ? 80 : 40, block);
    for (const Isa isa : supported_isas()) {
      double out[64] = {}, reference[64] = {};
      math::table_kernels(isa).add(table.view(), x, 64, out);
      math::table_kernels(Isa::baseline).add(table.view(), x, 64, reference);
      for (std::size_t i = 0; i < 64; ++i) {
        CHECK(out[i] == reference[i]);
        errors[fine] = std::max(errors[fine], std::abs(out[i] - f(x[i])));
      }
    }
  }
  CHECK(errors[0] / errors[1] > 10);
  CHECK(errors[0] / errors[1] < 40);
  const auto table = math::make_cubic_table(-1, 1, 40, block);
  const double far[4] = {-50, 50, -1, 1};
  double at[4] = {};
  math::table_kernels().add(table.view(), far, 4, at);
  CHECK(at[0] == at[2]);
  CHECK(at[1] == at[3]);
}

TEST_CASE("Cubics of equal intervals take the values of their nodes and the slopes of five points") {
  double values[18];
  for (std::size_t i = 0; i < 18; ++i) values[i] = std::exp(std::sin(1.7 * static_cast<double>(i)));
  for (const Isa isa : supported_isas())
    for (const std::size_t count : {4, 5, 8, 11, 13}) {
      math::Cubic cubics[13];
      math::table_kernels(isa).fit(values, count, cubics);
      for (std::size_t i = 0; i < count; ++i) {
        const double *f = values + 2 + i, *c = cubics[i].c;
        const auto slope = [](const double* at) { return (at[-2] - 8 * at[-1] + 8 * at[1] - at[2]) / 12; };
        CHECK(c[0] == f[0]);
        CHECK(c[0] + c[1] + c[2] + c[3] == Approx(f[1]).epsilon(1e-14));
        CHECK(c[1] == Approx(slope(f)).epsilon(1e-14));
        CHECK(c[1] + 2 * c[2] + 3 * c[3] == Approx(slope(f + 1)).epsilon(1e-12));
      }
    }
}

TEST_CASE("The largest of numbers without sign, which nothing that is no number escapes") {
  for (const Isa isa : supported_isas())
    for (std::size_t count = 8; count < 30; ++count)
      for (std::size_t at = 0; at < count; ++at) {
        std::vector<double> values(count, 0.5);
        for (const double most : {3.0, -3.0}) {
          values[at] = most;
          CHECK(math::table_kernels(isa).largest(values.data(), count) == 3);
        }
        for (const double none : {static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
          values[at] = none;
          CHECK(math::table_kernels(isa).largest(values.data(), count) == INFINITY);
        }
      }
}

TEST_CASE("Grid tables reproduce cubics exactly, on rows of different fineness, on every instruction set") {
  const auto f = [](double x, double z) { return (1 + x - 0.5 * x * x * x) * (2 - z + z * z * z / 3); };
  math::GridTable grid;
  grid.origin_z = -1, grid.inverse_step_z = 5;
  for (int row = 0; row < 11; ++row) {
    const int nodes = 12 + 3 * row;
    const double step = 2.0 / (nodes - 1), z = -1 + row / 5.0;
    grid.rows.push_back({-1, 1 / step, nodes - 1.0, static_cast<double>(grid.values.size())});
    for (int i = 0; i < nodes; ++i) grid.values.push_back(f(-1 + i * step, z));
  }
  double x[64], z[64];
  for (std::size_t i = 0; i < 64; ++i) {
    x[i] = -1 + 2 * std::fmod(0.11 + 0.7548 * static_cast<double>(i), 1.0);
    z[i] = -1 + 2 * std::fmod(0.53 + 0.5698 * static_cast<double>(i), 1.0);
  }
  for (const Isa isa : supported_isas()) {
    double out[64] = {}, reference[64] = {};
    math::grid_kernels(isa).add(grid, x, z, 64, out);
    math::grid_kernels(Isa::baseline).add(grid, x, z, 64, reference);
    for (std::size_t i = 0; i < 64; ++i) {
      CHECK(out[i] == reference[i]);
      CHECK(std::abs(out[i] - f(x[i], z[i])) < 1e-12);
    }
  }
}
