#include <cmath>

#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/valuation.hpp"
#include "tests/support/catch.hpp"

// Gamma, vega and theta of a valuation: derivatives of its value, and their tables against exact ones.

using namespace unhedged;
using namespace unhedged::pricing;

namespace {

constexpr double kTime = 0.1;
const Carry kCarry{0.04, 0.015};

PricedBook some_book() {
  std::vector<instruments::Position> positions;
  for (int i = 0; i < 24; ++i)
    positions.push_back({i % 3 == 0 ? instruments::ContractKind::put : instruments::ContractKind::call,
                         0,
                         80.0 + 2.5 * (i % 16),
                         kTime + 0.05 + 0.1 * (i % 4),
                         i % 5 == 0 ? -3.0 : 1.25,
                         {}});
  positions.push_back({instruments::ContractKind::forward, 0, 95, 0.3, 4, {}});
  positions.push_back({instruments::ContractKind::spot, 0, 0, 0, 3, {}});
  return priced(instruments::net(positions, 0), kCarry, 100);
}

market::ImpliedCurve moving_curve() {
  market::ImpliedCurve curve;
  curve.long_run = 0.09, curve.mean_reversion = 2, curve.moves_with_level = true;
  return curve;
}

/// One asset on a block of paths: spots and levels spread over a market.
struct Market {
  Lanes x, spot, level;
  LaneIndex which{};
  std::vector<market::ImpliedCurve> curves;

  explicit Market(const market::ImpliedCurve& curve, double bump = 0) : curves{curve} {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double u = static_cast<double>(lane) / kLanes;
      spot[lane] = 100 * std::exp(-0.3 + 0.6 * u) * (1 + bump);
      x[lane] = std::log(spot[lane] / 100);
      level[lane] = 0.03 + 0.2 * std::fmod(37 * u, 1.0);
    }
  }
  market::AssetQuotes quotes() const { return {&x, &spot, &level, curves, &which, 1}; }
};

/// A valuation at one time, exact unless it is prepared.
struct Valued1 {
  PricedBook book = some_book();
  std::vector<market::ImpliedCurve> curves;
  std::vector<std::vector<bool>> used{{true}};
  std::shared_ptr<Valuation> valuation;

  Valued1(const market::ImpliedCurve& curve, double time, GreekSet greeks = {},
          const Believed& belief = black_scholes_belief())
      : curves{curve} {
    valuation = make_valuation(belief, {&book, &curves, &used, {time}, greeks, {}});
  }
  void prepare() {
    if (valuation->needs_reach()) valuation->share({{-0.4, 0.4, 0.02, 0.3}});
    valuation->prepare(0);
  }
  Lanes greek(Greek which, const Market& market) const {
    Lanes out;
    valuation->evaluate(0, market.quotes(), which, out);
    return out;
  }
};

/// The fixed volatility stands for the quote, so that it can be moved.
Lanes value_at(double volatility, double time, double bump) {
  return Valued1(market::flat(volatility), time).greek(Greek::value, Market(market::flat(volatility), bump));
}

void check_close(const Lanes& a, const Lanes& b, double tolerance) {
  for (std::size_t lane = 0; lane < kLanes; lane += 3) {
    INFO("lane " << lane << ": " << a[lane] << " and " << b[lane]);
    CHECK(std::abs(a[lane] - b[lane]) < tolerance);
  }
}

/// (f(+h) - f(-h)) / 2h with the error of h^2 taken out by a second difference of twice the width.
template <class F>
Lanes derivative(F f, double h) {
  const Lanes a = f(h), b = f(-h), c = f(2 * h), d = f(-2 * h);
  Lanes out;
  for (std::size_t i = 0; i < kLanes; ++i) out[i] = (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * h);
  return out;
}

}  // namespace

TEST_CASE("Delta, gamma, vega and theta are derivatives of the value") {
  const double volatility = 0.3;
  const market::ImpliedCurve curve = market::flat(volatility);
  const Valued1 valued(curve, kTime);
  const Market market(curve);
  Lanes delta = derivative([&](double h) { return value_at(volatility, kTime, h); }, 1e-3);
  Lanes gamma = derivative([&](double h) { return valued.greek(Greek::delta, Market(curve, h)); }, 1e-3);
  for (std::size_t i = 0; i < kLanes; ++i) delta[i] /= market.spot[i], gamma[i] /= market.spot[i];
  const Lanes vega = derivative([&](double h) { return value_at(volatility + h, kTime, 0); }, 1e-3);
  const Lanes theta = derivative([&](double h) { return value_at(volatility, kTime + h, 0); }, 1e-3);
  check_close(valued.greek(Greek::delta, market), delta, 1e-7);
  check_close(valued.greek(Greek::gamma, market), gamma, 1e-7);
  check_close(valued.greek(Greek::vega, market), vega, 1e-4);
  check_close(valued.greek(Greek::theta, market), theta, 1e-2);
}

TEST_CASE("Tables of every Greek keep within the bound they report") {
  for (const market::ImpliedCurve& curve : {market::flat(0.3), moving_curve()})
    for (const Greek greek : kGreeks) {
      Valued1 fast(curve, kTime, {greek});
      const Valued1 slow(curve, kTime);
      fast.prepare();
      SurfaceReport report;
      fast.valuation->report(report);
      INFO("Greek " << static_cast<int>(greek) << (curve.moves_with_level ? ", moving" : ""));
      CHECK(report.interpolated == 24 - 8);  // equal contracts net
      CHECK(report.worst_error < 1e-6);
      const Market market(curve);
      const Lanes a = fast.greek(greek, market), b = slow.greek(greek, market);
      // the error of a column is a fraction of its greatest; quantities add up to 38
      const double lowest = curve.moves_with_level ? 0.02 : 0.09, sd = std::sqrt(0.05 * lowest);
      double worst = 0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double s = market.spot[lane], gross = 38, strikes = gross * 120;
        const double unit = greek == Greek::value   ? gross * s + strikes
                            : greek == Greek::delta ? gross
                            : greek == Greek::gamma ? gross * 0.4 / (sd * s)
                            : greek == Greek::vega  ? gross * 0.4 * 0.6 * s
                                                    : gross * s + strikes;
        worst = std::max(worst, std::abs(a[lane] - b[lane]) / unit);
      }
      CHECK(worst <= report.worst_error);
      CHECK(worst > 0);  // the two really are computed differently
    }
}

TEST_CASE("Tables are made of what is asked for, and of nothing else") {
  const market::ImpliedCurve curve = market::flat(0.3);
  SurfaceReport of_delta, of_all;
  Valued1 delta(curve, kTime, {Greek::delta});
  Valued1 all(curve, kTime, {Greek::value, Greek::delta, Greek::gamma, Greek::vega, Greek::theta});
  delta.prepare(), all.prepare();
  delta.valuation->report(of_delta), all.valuation->report(of_all);
  CHECK(of_all.table_bytes > 4 * of_delta.table_bytes);
  CHECK(of_delta.interpolated == of_all.interpolated);
  const Market market(curve);
  const Lanes exact = Valued1(curve, kTime).greek(Greek::gamma, market),
              free = delta.greek(Greek::gamma, market);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(free[lane] == exact[lane]);
}

TEST_CASE("A fixed belief does not look at what is quoted") {
  const Valued1 believer(moving_curve(), kTime, {}, black_scholes_belief(0.25)),
      quoted(market::flat(0.25), kTime);
  for (const Greek greek : kGreeks)
    check_close(believer.greek(greek, Market(moving_curve())),
                quoted.greek(greek, Market(market::flat(0.25))), 1e-12);
}

namespace {

/// A listed grid of strikes in expiries from seconds to months ahead, and single strikes in between.
std::vector<instruments::Position> listed_book(double time) {
  std::vector<instruments::Position> positions;
  for (const double seconds : {1.0, 20.0, 600.0, 3600.0, 40'000.0, 86'400.0, 600'000.0, 2e7})
    for (int i = 0; i < 40; ++i)
      positions.push_back({i % 2 == 0 ? instruments::ContractKind::call : instruments::ContractKind::put,
                           0,
                           60 + 2.5 * i,
                           time + seconds / 31'536'000,
                           i % 3 == 0 ? -1.0 : 0.7,
                           {}});
  for (int i = 0; i < 60; ++i)
    positions.push_back(
        {instruments::ContractKind::call, 0, 70.13 + i, time + 0.001 * (1 + i), 0.5 - i % 2, {}});
  return positions;
}

/// Blocks of points between the strikes, at them and around them.
Market around_strikes(const market::ImpliedCurve& curve, std::size_t block) {
  Market market(curve);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double strike = 60 + 2.5 * static_cast<double>((lane + 7 * block) % 40);
    const double away = std::pow(10.0, -7 + 0.75 * static_cast<double>(block)) * (lane % 2 == 0 ? 1 : -1);
    market.x[lane] = std::log(strike / 100) + away * static_cast<double>(1 + lane % 3);
    market.spot[lane] = 100 * std::exp(market.x[lane]);
  }
  return market;
}

}  // namespace

TEST_CASE("A listed book is in tables down to its last second, and at the horizon") {
  const market::ImpliedCurve curve = market::flat(0.6);
  const PricedBook book = priced(instruments::net(listed_book(kTime), 0), kCarry, 100);
  const std::vector<market::ImpliedCurve> curves{curve};
  const std::vector<std::vector<bool>> used{{true}};
  for (const Greek greek : {Greek::delta, Greek::value}) {
    SurfaceSettings settings;
    if (greek == Greek::value) settings.error_bound = 1e-10;
    const Valued what{&book, &curves, &used, {kTime}, {greek}, settings};
    const auto fast = make_valuation(black_scholes_belief(), what),
               slow = make_valuation(black_scholes_belief(), what);
    fast->share({});
    fast->prepare(0);
    SurfaceReport report;
    fast->report(report);
    CHECK(report.refused == 0);
    CHECK(report.exact == 0);
    CHECK(report.worst_error < settings.error_bound);
    CHECK(report.table_bytes < (greek == Greek::delta ? 4'000'000 : 40'000'000));
    double gross = 0;
    for (const CallArrays& calls : book.expiries)
      for (const double q : calls.quantity) gross += std::abs(q);
    double worst = 0;
    for (std::size_t block = 0; block < 9; ++block) {
      const Market market = around_strikes(curve, block);
      Lanes a, b;
      fast->evaluate(0, market.quotes(), greek, a);
      slow->evaluate(0, market.quotes(), greek, b);
      for (std::size_t lane = 0; lane < kLanes; ++lane)
        worst = std::max(worst, std::abs(a[lane] - b[lane]) / gross / (greek == Greek::value ? 100 : 1));
    }
    INFO("worst " << worst << " reported " << report.worst_error);
    CHECK(worst <= 3 * report.worst_error);  // for a value in units of shares and of cash
    if (greek == Greek::delta) CHECK(worst <= report.worst_error);
  }
}
