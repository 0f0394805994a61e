#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// The way of one order from the decision to the ledger, and every reason why it is not filled now.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;
using market::Trading;

namespace {

/// Whether the market may cap orders, which makes queues of them.
enum class Waits { never, may };

const TimeGrid kGrid{10, 0.01, {}};
/// Sessions of two steps: open, noon, close, then the next open.
const TimeGrid kSessions{20, 0.01, {2, 0.005, 0.01, 0}};

/// One line, one market, one router.
struct Way {
  explicit Way(UnevenMarket& m, Waits waits = Waits::never, Latency latency = {},
               Costs costs = free_of_costs(), const TimeGrid& grid = kGrid)
      : market(m),
        capped(waits == Waits::may),
        ledger(1),
        line{0, 0, false, Exchange(costs, Exchange::Volume::stated)},
        router({grid, 0.25, latency}, line, m.tape, ledger, 0) {
    ledger.clear();
    router.clear();
  }

  OrderMoment at(std::size_t step) {
    market.tape.capped = capped;
    return {step, &market.tape, &market.trading, 1.0, &room};
  }

  /// A grid time at which the desk orders `units`, or nothing.
  void step(std::size_t t, double units = 0, const Lanes* uniform = nullptr) {
    router.arrive(at(t));
    if (units != 0) {
      router.decision().fill(units);
      router.submit(at(t), uniform);
    }
    router.release(at(t));
  }
  double held(std::size_t lane = 0) const { return ledger[0].units[lane]; }
  double pending(std::size_t lane = 0) const { return ledger[0].pending[lane]; }

  UnevenMarket& market;
  bool capped;
  Ledger ledger;
  Line line;
  FillRoom room;
  Router router;
};

}  // namespace

TEST_CASE("A plain market fills an order at once, and nothing later") {
  UnevenMarket market;
  Way way(market);
  way.step(0, 8);
  CHECK(way.held() == 8);
  CHECK(way.router.filled()[0] == 8);
  way.step(1);
  CHECK(way.held() == 8);
  CHECK(way.router.filled()[0] == 0);
  CHECK(way.router.committed() == nullptr);
}

TEST_CASE("The direct way and the one through queues leave the same bits where nothing holds orders up") {
  UnevenMarket market;
  for (const Costs& costs : {free_of_costs(), costs_with(3e-4, 0.8, 0.6, 0.3)}) {
    Way direct(market, Waits::never, {}, costs), queued(market, Waits::may, {}, costs);
    for (std::size_t t = 0; t < 6; ++t)
      for (Way* way : {&direct, &queued}) way->step(t, t % 3 == 1 ? 0 : 1.7 - static_cast<double>(t));
    const Holding &a = direct.ledger[0], &b = queued.ledger[0];
    for (const auto part : {&Holding::units, &Holding::cash, &Holding::turnover, &Holding::spread_cost,
                            &Holding::impact_cost, &Holding::fees})
      for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK((a.*part)[lane] == (b.*part)[lane]);
  }
}

TEST_CASE("Decision, fill and entry in one pass leave the same bits as one after the other") {
  UnevenMarket market;
  Way apart(market), together(market);
  for (std::size_t t = 0; t < 6; ++t) {
    Lanes wanted;
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      wanted[lane] = std::sin(static_cast<double>((t + 1) * lane));
    const double factor = -1.3, tolerance = 0.4;
    apart.router.arrive(apart.at(t));
    desk_kernels().decide({&wanted, factor}, tolerance, apart.ledger[0].units, apart.router.decision());
    apart.router.submit(apart.at(t), nullptr);
    apart.router.release(apart.at(t));
    together.router.arrive(together.at(t));
    REQUIRE(together.router.is_direct(together.at(t)));
    together.router.rebalance({wanted, factor, tolerance}, together.at(t));
    together.router.release(together.at(t));
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      CHECK(together.router.filled()[lane] == apart.router.filled()[lane]);
  }
  const Holding &a = apart.ledger[0], &b = together.ledger[0];
  for (const auto part : {&Holding::units, &Holding::cash, &Holding::turnover})
    for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK((a.*part)[lane] == (b.*part)[lane]);
  together.step(6);
  CHECK(together.router.filled()[0] == 0);
}

TEST_CASE("Where trading has ended an order is dropped, on those paths alone") {
  UnevenMarket market;
  market.set(4, Trading::ended);
  for (const Waits waits : {Waits::never, Waits::may}) {
    Way way(market, waits);
    way.step(0, 8);
    CHECK(way.held(4) == 0);
    CHECK(way.held(5) == 8);
  }
}

TEST_CASE("A cap fills its share of a step's volume at each step, until the desk decides anew") {
  UnevenMarket market;
  market.participation.fill(0.1);
  Way way(market, Waits::may);
  const double most = 0.1 * 0.25 / market.kInverseVolume;
  way.step(0, -60);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(near(way.held(lane), -std::min(60.0, most / std::abs(market.spot[lane]))));
  way.step(1);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(near(way.held(lane), -std::min(60.0, 2 * most / std::abs(market.spot[lane]))));
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(near(way.pending(lane), -60 - way.held(lane)));
  const Lanes before = way.ledger[0].units;
  way.step(2, 1);  // what still waited is withdrawn
  way.step(3);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(near(way.held(lane), before[lane] + 1));
}

TEST_CASE("An order waits while trading is halted, goes on when it resumes, and ends where trading ends") {
  UnevenMarket market;
  market.set(6, Trading::halted);
  market.set(7, Trading::halted);
  Way way(market, Waits::may);
  way.step(0, -6);
  way.step(1);
  CHECK(way.held(5) == -6);
  CHECK(way.held(6) == 0);
  CHECK(way.router.filled()[6] == 0);
  market.set(6, Trading::open);
  market.set(7, Trading::ended);
  way.step(2);
  CHECK(way.held(6) == -6);
  CHECK(way.router.filled()[6] == -6);
  CHECK(way.router.filled()[5] == 0);
  market.set(7, Trading::open);
  way.step(3);
  CHECK(way.held(7) == 0);
}

TEST_CASE("Venues fill at once or after their latency, at the price and state of then") {
  UnevenMarket market({{.share = 0.5, .fee = 0.001},
                       {.share = 0.5, .fee = 0.001, .latency = 2, .outage_rate = 1, .stale = true}});
  Way way(market, Waits::may, {}, costs_with(0, 1, 0.5, 0));
  way.step(0, 8);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(near(way.held(lane), 4));  // alike, so half goes to each
    CHECK(near(way.router.filled()[lane], 4));
    CHECK(near(way.pending(lane), 4));
    CHECK(near(way.ledger[0].fees[lane], 4 * std::abs(market.spot[lane]) * 0.001));
  }
  market.up[1][5] = 0;             // fails before the order is there
  market.set(6, Trading::halted);  // the order waits at the venue
  market.set(7, Trading::ended);   // it is called back
  const Lanes before = way.ledger[0].cash;
  way.step(1);
  CHECK(way.router.filled()[0] == 0);
  way.step(2);
  CHECK(near(way.held(6), 4));
  CHECK(near(way.pending(6), 4));
  market.set(6, Trading::open);
  way.step(3);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool lost = lane == 5 || lane == 7;
    const double size = 4 * std::abs(market.spot[lane]);
    const double impact = size * market.daily_volatility() * std::sqrt(2 * size * market.kInverseVolume);
    CHECK(way.pending(lane) == 0);
    CHECK(near(way.held(lane), lost ? 4 : 8));
    CHECK(near(way.ledger[0].cash[lane],
               before[lane] - (lost ? 0 : 4 * market.spot[lane] + size * 0.002 + impact)));
  }
}

TEST_CASE("Orders go round venues known to be down, and are lost at those that only seem up") {
  UnevenMarket market({{.share = 0.5, .outage_rate = 1}, {.share = 0.5, .outage_rate = 1}});
  market.up[0].fill(0.0);
  Way way(market);
  way.step(0, 8);
  CHECK(near(way.held(), 8));
  UnevenMarket stale({{.share = 0.5, .outage_rate = 1, .stale = true}, {.share = 0.5, .outage_rate = 1}});
  stale.up[0].fill(0.0);
  Way lossy(stale);
  lossy.step(0, 8);
  CHECK(near(lossy.held(), 4));
}

TEST_CASE("While all venues are known to be down orders wait, as in a halt") {
  UnevenMarket market({{.share = 0.5, .outage_rate = 1}, {.share = 0.5, .outage_rate = 1}});
  for (Lanes& up : market.up) up[3] = 0;
  Way way(market);
  way.step(0, 8);
  way.step(1);
  CHECK(near(way.held(2), 8));
  CHECK(way.held(3) == 0);
  CHECK(way.pending(3) == 8);
  market.up[1][3] = 1;
  way.step(2);
  CHECK(near(way.held(3), 8));
  CHECK(way.pending(3) == 0);
}

TEST_CASE("A market that has never held an order up keeps no queues, and makes them when it halts") {
  UnevenMarket market;
  Way way(market);
  way.step(0, 8);
  CHECK(way.router.committed() == nullptr);
  market.set(5, Trading::halted);
  way.step(1, 2);
  CHECK(way.router.committed() != nullptr);
  CHECK(way.held(4) == 10);
  CHECK(way.held(5) == 8);
  CHECK(way.pending(5) == 2);
  market.set(5, Trading::open);
  way.step(2);
  CHECK(way.held(5) == 10);
}

TEST_CASE("A close-out goes over all venues, up or down, at their fees, and forgets what was on its way") {
  for (const bool free : {false, true}) {
    UnevenMarket market(
        {{.share = 0.5, .fee = 0.001, .outage_rate = 1}, {.share = 0.5, .fee = 0.001, .latency = 3}});
    Way way(market, Waits::may, {}, free ? free_of_costs() : costs_with(0, 1, 0.5, 0));
    way.step(0, 6);
    market.up[0].fill(0.0);
    const Holding before = way.ledger[0];
    way.router.close(way.at(10));
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double size = std::abs(before.units[lane] * market.spot[lane]), paid = free ? 0 : 1;
      const double impact =
          size * market.daily_volatility() * std::sqrt(size * market.kInverseVolume);  // one market
      CHECK(std::abs(way.held(lane)) < 1e-12);
      CHECK(near(way.ledger[0].turnover[lane] - before.turnover[lane], size));
      CHECK(near(way.ledger[0].fees[lane] - before.fees[lane], paid * size * 0.001));
      CHECK(near(way.ledger[0].cash[lane], before.cash[lane] + before.units[lane] * market.spot[lane] -
                                               paid * (size * 0.002 + impact)));
    }
  }
}

TEST_CASE(
    "A desk's latency: the order is at the market at the first grid time not before it, at the price of "
    "then") {
  for (const double steps : {0.1, 1.0, 1.5, 2.0}) {
    UnevenMarket market;
    Way way(market, Waits::never, {steps, Latency::Law::fixed});
    const auto due = static_cast<std::size_t>(std::ceil(steps));
    way.step(0, 8);
    for (std::size_t t = 1; t <= 3; ++t) {
      CHECK(way.held() == (t > due ? 8 : 0));
      CHECK(way.pending() == (t > due ? 0 : 8));
      if (t == due) market.move_to(50);
      way.step(t);
    }
    CHECK(way.ledger[0].cash[0] == -8 * 50);
  }
}

TEST_CASE("A drawn latency is exponential: -log(u) means, rounded up to the grid; late orders never arrive") {
  UnevenMarket market;
  Way way(market, Waits::never, {1.5, Latency::Law::exponential});
  Lanes uniform;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    uniform[lane] = (static_cast<double>(lane) + 0.5) / kLanes;
  way.step(0, 8, &uniform);
  for (std::size_t t = 1; t < 10; ++t) {
    way.step(t);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const bool arrived = -1.5 * std::log(uniform[lane]) <= static_cast<double>(t);
      CHECK(way.held(lane) == (arrived ? 8 : 0));
      CHECK(way.pending(lane) == (arrived ? 0 : 8));
    }
  }
}

TEST_CASE("An order that takes a latency withdraws nothing: it joins what waits, buys and sells netted") {
  UnevenMarket market;
  Way way(market, Waits::may, {2, Latency::Law::fixed});
  way.step(0, 8);
  way.step(1, 5);
  way.step(2);
  CHECK(way.held() == 8);
  CHECK(way.pending() == 5);
  market.set(0, Trading::halted);
  way.step(3, -4);
  CHECK(way.held(0) == 8);
  CHECK(way.held(1) == 13);
  way.step(4);
  CHECK(way.pending(0) == 1);
  CHECK(way.pending(1) == -4);
  market.set(0, Trading::open);
  way.step(5);  // one of the five that waited is left
  CHECK(way.held(0) == 9);
  CHECK(way.held(1) == 9);
  CHECK(way.pending(0) == 0);
}

TEST_CASE("A halt keeps what waits under a cap - it goes on at the rate of the cap when trading resumes") {
  UnevenMarket market;
  market.participation.fill(0.1);
  Way way(market, Waits::may);
  const double most = 0.1 * 0.25 / market.kInverseVolume / market.spot[0];
  way.step(0, 60);
  CHECK(near(way.held(), most));
  market.set(0, Trading::halted);
  for (const std::size_t t : {1u, 2u, 3u}) {
    way.step(t);
    CHECK(near(way.held(), most));
    CHECK(way.router.filled()[0] == 0);
    CHECK(near(way.held(1),
               std::min(60.0, static_cast<double>(1 + t) * most * market.spot[0] / market.spot[1])));
  }
  market.set(0, Trading::open);
  way.step(4);
  CHECK(near(way.held(), 2 * most));
  way.step(5);
  CHECK(near(way.held(), 60));
}

TEST_CASE("Where trading ends, what is on its way from the desk or waits under a cap is never filled") {
  UnevenMarket market;
  market.participation.fill(0.1);
  Way late(market, Waits::may, {2, Latency::Law::fixed}), capped(market, Waits::may);
  for (Way* way : {&late, &capped}) way->step(0, 60);
  const double before = capped.held(3);
  market.set(3, Trading::ended);
  for (std::size_t t = 1; t < 6; ++t)
    for (Way* way : {&late, &capped}) way->step(t);
  CHECK(late.held(3) == 0);
  CHECK(late.pending(3) == 0);
  CHECK(capped.held(3) == before);
  CHECK(near(late.held(4), 60));
  CHECK(near(capped.held(4), 60));
}

TEST_CASE("Of an order that arrives at its cap the rest waits there and is still pending") {
  UnevenMarket market;
  market.participation.fill(0.1);
  Way way(market, Waits::may, {2, Latency::Law::fixed});
  const double most = 0.1 * 0.25 / market.kInverseVolume / market.spot[0];
  way.step(0, 60);
  way.step(1);
  CHECK(way.held() == 0);
  CHECK(way.pending() == 60);
  for (std::size_t t = 2; t < 6; ++t) {
    way.step(t);
    CHECK(near(way.held(), std::min(60.0, static_cast<double>(t - 1) * most)));
    CHECK(near(way.pending(), 60 - way.held()));
  }
}

TEST_CASE("Latencies of desks and venues count steps of sessions, a night taking none") {
  UnevenMarket plain, late({{.share = 1, .latency = 3}});
  Way desk(plain, Waits::never, {3, Latency::Law::fixed}, free_of_costs(), kSessions);
  Way venue(late, Waits::never, {}, free_of_costs(), kSessions);
  for (std::size_t t = 0; t < 12; ++t)
    for (Way* way : {&desk, &venue}) {
      way->step(t, t == 2 ? 8 : 0);
      // From the close: noon and close of the next session, and noon of the one after it.
      CHECK(way->held() == (t < 7 ? 0 : 8));
    }
}

TEST_CASE(
    "A latency that is whole but for rounding takes that many steps, one that is next to none takes one") {
  UnevenMarket market;
  Way whole(market, Waits::never, {2 + 1e-9, Latency::Law::fixed}),
      least(market, Waits::never, {1e-9, Latency::Law::fixed});
  for (std::size_t t = 0; t < 4; ++t) {
    for (Way* way : {&whole, &least}) way->step(t, t == 0 ? 8 : 0);
    CHECK(whole.held() == (t < 2 ? 0 : 8));
    CHECK(least.held() == (t < 1 ? 0 : 8));
  }
}

TEST_CASE("At the horizon what waits and what is on its way is forgotten, and what was marked is shown") {
  UnevenMarket market;
  Way way(market, Waits::may, {2, Latency::Law::fixed});
  way.step(0, 8);
  way.step(1, 5);
  way.step(2);
  way.router.mark(way.at(2));
  CHECK(way.held() == 0);
  CHECK(way.pending() == 0);
  CHECK(way.router.filled()[0] == -8);
  way.step(3);
  CHECK(way.held() == 0);
}
