#include <cmath>

#include "engine/hedging/venues.hpp"
#include "tests/support/catch.hpp"

// Accounts, execution and venue orders by themselves: what one order does to one account, number by number.

using namespace unhedged;
using namespace unhedged::hedging;

namespace {

/// What can be seen of one asset: prices that differ by lane, everything else the same on all.
struct Market {
  Lanes spot, perpetual, variance, jumps, half_spread, inverse_volume, participation;
  std::vector<Lanes> up;
  LaneIndex halted{};
  std::vector<market::Venue> venues;
  market::AssetSnapshot snapshot;

  explicit Market(std::vector<market::Venue> places = {}) : up(places.size()), venues(std::move(places)) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      spot[lane] = lane % 7 == 6 ? -20.0 : 100.0 + static_cast<double>(lane);  // a price may be negative
      perpetual[lane] = 1.02 * spot[lane];
    }
    variance.fill(0.09);
    jumps.fill(0.07);
    half_spread.fill(0.001);
    inverse_volume.fill(1e-5);
    participation.fill(0.1);
    for (Lanes& lanes : up) lanes.fill(1.0);
    snapshot.spot = &spot;
    snapshot.perpetual = &perpetual;
    snapshot.variance = &variance;
    snapshot.jump_variance = &jumps;
    snapshot.half_spread = &half_spread;
    snapshot.inverse_volume = &inverse_volume;
    snapshot.participation = &participation;
    snapshot.halted = &halted;
    snapshot.venues = &venues;
    snapshot.venue_up = &up;
  }
};

/// An account that holds and owes something already.
Account account_with_order(double units) {
  Account account;
  account.clear();
  account.venue_fee.fill(0.0);
  account.hedge.fill(3.0);
  account.cash.fill(500.0);
  account.order.fill(units);
  return account;
}

Costs with(double fee, double y, double exponent, double permanent) {
  Costs costs;
  costs.fee = fee;
  costs.impact_coefficient = y;
  costs.impact_exponent = exponent;
  costs.permanent_coefficient = permanent;
  return costs;
}

Costs none() {
  Costs costs;
  costs.at_mid = true;
  return costs;
}

constexpr double kDays = 252, kGrowth = 1.25;
const double kDailyVolatility = std::sqrt(0.16 / kDays);

bool near(double a, double b) { return std::abs(a - b) <= 1e-12 * (1 + std::abs(b)); }

}  // namespace

TEST_CASE("Decisions: to the target where it is further off than the tolerance, and to nothing at the end") {
  Account account = account_with_order(0);
  Lanes delta;
  for (std::size_t lane = 0; lane < kLanes; ++lane) delta[lane] = -3.0 + 0.5 * (static_cast<double>(lane % 5) - 2);
  account_kernels().decide(delta, 0.5, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double gap = -delta[lane] - 3;  // half a unit off is still within the band
    CHECK(account.order[lane] == (std::abs(gap) > 0.5 ? gap : 0.0));
  }
  account_kernels().decide_to_close(account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(account.order[lane] == -3.0);
}

TEST_CASE("A close-out at mid turns the hedge into cash of the horizon and leaves turnover and costs alone") {
  const Market market;
  Account account = account_with_order(0);
  account.turnover.fill(7.0);
  account_kernels().close_at_mid(market.spot, kGrowth, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(account.order[lane] == -3.0);
    CHECK(account.hedge[lane] == 0.0);
    CHECK(near(account.cash[lane], 500 + 3 * kGrowth * market.spot[lane]));
    CHECK(account.turnover[lane] == 7.0);
    CHECK(account.spread_cost[lane] + account.impact_cost[lane] == 0.0);
  }
}

TEST_CASE("A fill moves hedge, cash, turnover and costs by the cost law, all money grown to the horizon") {
  const Market market;
  struct Case {
    Costs costs;
    bool volume;
    double crowding;
  };
  Costs own = with(0.0003, 1, 0.5, 0);
  own.half_spread = 0.005;
  for (const Case& c : {Case{none(), true, 0}, Case{with(0.0003, 1, 0.5, 0), true, 0}, Case{with(0.0003, 0.8, 0.6, 0.3), true, 0}, Case{with(0, 0, 0.5, 0.3), true, 0},
                        Case{with(0.0003, 1, 0.5, 0), false, 0}, Case{with(0.0003, 1, 0.5, 0), true, 4}, Case{own, true, 0}, Case{with(0, 0, 0.5, 0), true, 0}})
    for (const bool in_perpetual : {false, true})
      for (const double units : {-2.0, 5.0, 0.0}) {
        const Execution execution(c.costs, kDays, c.volume, in_perpetual);
        market::AssetSnapshot snapshot = market.snapshot;
        snapshot.crowding = c.crowding;
        Account account = account_with_order(units);
        execution.fill(snapshot, kGrowth, account);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const double price = (in_perpetual ? 1.02 : 1.0) * market.spot[lane], size = std::abs(units * price), share = size * 1e-5 / (1 + c.crowding * size * 1e-5);
          const bool free = c.costs.at_mid;
          const double spread = free ? 0 : size * c.costs.half_spread.value_or(0.001), fee = free ? 0 : size * c.costs.fee;
          const double impact = free || !c.volume ? 0 : size * kDailyVolatility * (c.costs.impact_coefficient * std::pow(share, c.costs.impact_exponent) + 0.5 * c.costs.permanent_coefficient * share);
          CHECK(near(account.hedge[lane], 3 + units));
          CHECK(near(account.turnover[lane], kGrowth * size));
          CHECK(near(account.spread_cost[lane], kGrowth * spread));
          CHECK(near(account.impact_cost[lane], kGrowth * impact));
          CHECK(near(account.cash[lane], 500 - kGrowth * (units * price + spread + fee + impact)));
          CHECK(near(account.turnover[lane] * execution.fee(), kGrowth * fee));
          const Execution::Bill bill = execution.bill(snapshot, lane, units, 1);
          CHECK(near(bill.notional + bill.spread + bill.impact + bill.fee, units * price + spread + impact + fee));
        }
      }
}

TEST_CASE("Yield is earned on the value of the hedge") {
  const Market market;
  Account account = account_with_order(0);
  account_kernels().earn_yield(market.spot, 0.01 * kGrowth, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(near(account.cash[lane], 500 + 3 * market.spot[lane] * 0.01 * kGrowth));
}

TEST_CASE("A cap fills its share of a step's volume and lets the rest wait") {
  const Market market;
  const Execution execution(none(), kDays, true);
  Account account = account_with_order(-60);
  Lanes waiting;
  waiting.fill(0.0);
  execution.cap(market.snapshot, 0.25, account, waiting);
  const double most = 0.1 * 0.25 * 1e5;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double filled = std::min(60.0, most / std::abs(market.spot[lane]));
    CHECK(near(account.order[lane], -filled));
    CHECK(near(waiting[lane], -(60 - filled)));
  }
}

TEST_CASE("An order waits while trading is halted, and on those paths alone") {
  Market market;
  market.halted.value[6] = 1;
  market.snapshot.any_halted = true;
  const Execution execution(none(), kDays, true);
  Account account = account_with_order(-60);
  Lanes waiting;
  waiting.fill(0.0);
  Execution::hold_up(market.snapshot, account, waiting);
  execution.cap(market.snapshot, 0.25, account, waiting);
  const double most = 0.1 * 0.25 * 1e5;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double filled = lane == 6 ? 0.0 : std::min(60.0, most / std::abs(market.spot[lane]));
    CHECK(near(account.order[lane], -filled));
    CHECK(near(waiting[lane], -(60 - filled)));
  }
}

TEST_CASE("Orders at venues: at once or after their latency, at the price and state of then - what arrives nowhere is lost, what arrives in a halt waits, and the dead trade no more") {
  Market market({{0.5, 0.001, 0, 0, 1, false}, {0.5, 0.001, 2, 0, 1, true}});
  const TimeGrid grid{10, 0.01, {}};
  const Execution execution(with(0, 1, 0.5, 0), kDays, true);
  VenueOrders orders(market.venues, grid);
  Account account = account_with_order(0);
  orders.clear(account);
  Lanes wanted;
  wanted.fill(8.0);
  orders.send(0, wanted, execution, market.snapshot, kGrowth, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(near(account.hedge[lane], 3 + 4));  // alike, so half goes to each
    CHECK(near(account.order[lane], 4));
    CHECK(near(orders.in_flight()[lane], 4));
    CHECK(near(account.venue_fee[lane], kGrowth * 4 * std::abs(market.spot[lane]) * 0.001));
  }
  market.up[1][5] = 0;            // fails before the order is there
  market.halted.value[6] = 1;     // trading stops
  const Lanes before = account.cash;
  account.order.fill(0.0);
  LaneIndex dead{};
  dead.value[7] = 1;
  orders.receive(1, execution, market.snapshot, &dead, kGrowth, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(account.order[lane] == 0.0);
  orders.receive(2, execution, market.snapshot, &dead, 1.0, account);
  CHECK(account.hedge[6] == 7);
  CHECK(near(orders.in_flight()[6], 4));
  market.halted.value[6] = 0;
  orders.receive(3, execution, market.snapshot, &dead, 1.0, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const bool lost = lane == 5 || lane == 7;
    const double size = 4 * std::abs(market.spot[lane]), impact = size * kDailyVolatility * std::sqrt(2 * size * 1e-5);
    CHECK(orders.in_flight()[lane] == 0.0);
    CHECK(near(account.hedge[lane], lost ? 7 : 11));
    CHECK(near(account.cash[lane], before[lane] - (lost ? 0 : 4 * market.spot[lane] + size * 0.002 + impact)));
  }
}

TEST_CASE("Routing leaves out venues known to be down, and a close-out none: it pays the fees of all") {
  Market market({{0.5, 0.001, 0, 0, 1, false}, {0.5, 0.001, 3, 0, 1, false}});
  market.up[0].fill(0.0);
  const TimeGrid grid{10, 0.01, {}};
  const Execution execution(with(0, 1, 0.5, 0), kDays, true), free(none(), kDays, true);
  VenueOrders orders(market.venues, grid);
  Account account = account_with_order(0);
  orders.clear(account);
  Lanes wanted;
  wanted.fill(8.0);
  orders.send(0, wanted, execution, market.snapshot, kGrowth, account);
  for (std::size_t lane = 0; lane < kLanes; ++lane) CHECK(near(orders.in_flight()[lane], 8));
  for (const Execution* costs : {&execution, &free}) {
    account = account_with_order(-3);
    orders.clear(account);
    orders.close(*costs, market.snapshot, kGrowth, account);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double size = 3 * std::abs(market.spot[lane]), paid = costs->at_mid() ? 0 : 1;
      CHECK(std::abs(account.hedge[lane]) < 1e-12);
      CHECK(near(account.turnover[lane], kGrowth * size));
      CHECK(near(account.venue_fee[lane], paid * kGrowth * size * 0.001));
      const double impact = size * kDailyVolatility * std::sqrt(size * 1e-5);  // alike: one market
      CHECK(near(account.cash[lane], 500 + kGrowth * (3 * market.spot[lane] - paid * (size * 0.002 + impact))));
    }
  }
}
