#include <cmath>
#include <deque>

#include "engine/hedging/slices.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// How orders go out: lots, minimum, pace and slices, against the text of docs/methods/hedging.md.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

const TimeGrid kGrid{12, 0.01, {}};

/// One line whose desk wants a position and looks when it is told.
struct Way {
  Way(UnevenMarket& m, const Execution& how, Latency latency = {})
      : market(m),
        ledger(1),
        line{0, 0, false, Exchange(free_of_costs(), Exchange::Volume::stated), how},
        router({kGrid, 0.25, latency}, line, m.tape, ledger, 0) {
    ledger.clear();
    router.clear();
  }

  OrderMoment at(std::size_t t) { return {t, &market.tape, &market.trading, 1.0, &room}; }
  void step(std::size_t t, std::optional<double> wanted = {}) {
    router.arrive(at(t));
    if (wanted) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const Lanes* committed = router.committed();
        router.decision()[lane] = *wanted - held(lane) - (committed != nullptr ? (*committed)[lane] : 0);
      }
      router.submit(at(t), nullptr);
    }
    router.release(at(t));
  }
  double held(std::size_t lane = 0) const { return ledger[0].units[lane]; }
  double pending(std::size_t lane = 0) const { return ledger[0].pending[lane]; }

  UnevenMarket& market;
  Ledger ledger;
  Line line;
  FillRoom room;
  Router router;
};

/// Positions after each step of a desk that looks at every step.
std::vector<double> positions(const Execution& how, const std::vector<double>& wanted, Latency latency = {}) {
  UnevenMarket market;
  Way way(market, how, latency);
  std::vector<double> out;
  for (std::size_t t = 0; t < wanted.size(); ++t) {
    way.step(t, wanted[t]);
    out.push_back(way.held());
  }
  return out;
}

const std::vector<double> kWanted{1.23, 1.31, -0.44, -0.44, 2.05, 2.049, 2.1, 0.05, 0, 3.3};

}  // namespace

TEST_CASE(
    "Orders are for whole lots, toward zero, and what is left of a target waits for the next decision") {
  double held = 0;
  const std::vector<double> got = positions({.lot = 0.1, .slices = {}}, kWanted);
  for (std::size_t t = 0; t < kWanted.size(); ++t) {
    held += 0.1 * std::trunc((kWanted[t] - held) / 0.1 + std::copysign(1e-6, kWanted[t] - held));
    CHECK(std::abs(got[t] - held) < 1e-12);
  }
}

TEST_CASE("With a latency lots hold as well, and what they leave of orders joins the next") {
  const std::vector<double> got = positions({.lot = 0.1, .slices = {}}, kWanted, {2, Latency::Law::fixed});
  double held = 0;
  for (std::size_t t = 2; t < kWanted.size(); ++t) {
    held += 0.1 * std::trunc((kWanted[t - 2] - held) / 0.1 + std::copysign(1e-6, kWanted[t - 2] - held));
    CHECK(std::abs(got[t] - held) < 1e-12);
  }
}

TEST_CASE("What is smaller than the minimum is not sent") {
  double held = 0;
  const std::vector<double> got = positions({.minimum = 0.5, .slices = {}}, kWanted);
  for (std::size_t t = 0; t < kWanted.size(); ++t) {
    if (std::abs(kWanted[t] - held) >= 0.5) held = kWanted[t];
    CHECK(std::abs(got[t] - held) < 1e-12);
  }
}

TEST_CASE("No more than the pace goes out at a grid time, and the rest follows without a new decision") {
  UnevenMarket market;
  Way way(market, {.most = 0.75, .slices = {}});
  way.step(0, -2.0);
  CHECK(near(way.held(), -0.75));
  CHECK(near(way.pending(), -1.25));
  way.step(1);
  CHECK(near(way.held(), -1.5));
  way.step(2);
  way.step(3);
  CHECK(near(way.held(), -2));
  CHECK(way.pending() == 0);
}

TEST_CASE("A lot of no size, no minimum and no pace leave every bit as it was") {
  UnevenMarket market;
  Way plain(market, {}), tiny(market, {.minimum = 1e-300, .most = 1e300, .slices = {}});
  for (std::size_t t = 0; t < kWanted.size(); ++t)
    for (Way* way : {&plain, &tiny}) way->step(t, kWanted[t]);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(plain.held(lane) == tiny.held(lane));
    CHECK(plain.ledger[0].cash[lane] == tiny.ledger[0].cash[lane]);
  }
}

TEST_CASE("A sliced order goes out over its steps, and orders of several decisions lie over each other") {
  const std::vector<double> shares{0.5, 0.3, 0.2};
  for (const std::size_t late : {0u, 2u}) {
    const std::vector<double> got =
        positions({.slices = shares}, kWanted, {static_cast<double>(late), Latency::Law::fixed});
    for (std::size_t t = 0; t < kWanted.size(); ++t) {
      double held = 0, before = 0;
      for (std::size_t u = 0; u <= t; ++u) {  // each change of the target, sliced
        const double change = kWanted[u] - before;
        before = kWanted[u];
        for (std::size_t k = 0; k < 3; ++k) held += u + late + k <= t ? shares[k] * change : 0;
      }
      CHECK(std::abs(got[t] - held) < 1e-12);
    }
  }
}

TEST_CASE(
    "Slices wait in a halt, are dropped where trading ends, and those beyond the horizon are never filled") {
  UnevenMarket market;
  Way way(market, {.slices = {0.25, 0.25, 0.25, 0.25}});
  way.step(0, 8.0);
  market.set(3, market::Trading::halted);
  market.set(4, market::Trading::ended);
  way.step(1);
  CHECK(near(way.held(3), 2));
  CHECK(near(way.held(4), 2));
  CHECK(way.pending(4) == 0);
  CHECK(near(way.held(5), 4));
  market.set(3, market::Trading::open);
  way.step(2);
  CHECK(near(way.held(3), 6));
  CHECK(near(way.held(4), 2));
  Way last(market, {.slices = {0.5, 0.5}}, {1, Latency::Law::fixed});
  last.step(11, 4.0);
  last.step(12);
  CHECK(near(last.held(), 2));
  CHECK(near(last.pending(), 2));
}

TEST_CASE("V-79: the schedule of Almgren and Chriss, and equal slices without risk aversion") {
  const auto left = [](double aversion) {
    std::vector<double> out{1e6};
    for (const double share : schedule(5, {aversion, 0.95, 2.5e-6, 2.5e-7, 1}))
      out.push_back(out.back() - 1e6 * share);
    return out;
  };
  const std::vector<double> exact{1e6, 541955.5544, 289854.2194, 147897.4878, 62141.80161, 0};
  const std::vector<double> got = left(1e-6), even = left(0), nearly = left(1e-14);
  for (std::size_t j = 0; j < 6; ++j) {
    CHECK(std::abs(got[j] - exact[j]) < 1e-3);
    CHECK(std::abs(even[j] - 2e5 * static_cast<double>(5 - j)) < 1e-6);
    CHECK(std::abs(nearly[j] - even[j]) < 1);
  }
  // What it makes least, by brute force: cost and risk of a schedule a little off.
  const auto utility = [](const std::vector<double>& x) {
    double cost = 0, risk = 0;
    for (std::size_t j = 1; j < x.size(); ++j) {
      const double traded = x[j - 1] - x[j];
      cost += (2.5e-6 - 2.5e-7 / 2) * traded * traded;
      risk += 0.95 * 0.95 * x[j] * x[j];
    }
    return cost + 1e-6 * risk;
  };
  for (std::size_t j = 1; j < 5; ++j)
    for (const double off : {-100.0, 100.0}) {
      std::vector<double> other = got;
      other[j] += off;
      CHECK(utility(other) > utility(got));
    }
}
