#include "engine/pricing/models/black_scholes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// What a desk decides, from quotes, Greeks and its position.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

Hedger black_scholes(Latency latency = {}) {
  Hedger hedger;
  hedger.belief = pricing::black_scholes_belief();
  hedger.strategy = strategy_kinds()[0]->make({1.0});
  hedger.latency = latency;
  hedger.close_out = CloseOut::none;
  return hedger;
}

/// A desk on two assets, the second hedged by a perpetual, and a market for each.
struct Floor {
  explicit Floor(const Hedger& who, double band = 0) : hedger(who) {
    plan.hedger = &hedger;
    plan.strategy = hedger.strategy;
    for (std::size_t t = 0; t <= terms.grid.steps; ++t)
      plan.due.push_back(hedger.rebalance.looks_at(t, terms.grid));
    plan.tradables = {{0, 0, false}, {1, 1, true}};
    plan.lines = {{0, 0, false, Exchange(free_of_costs(), Exchange::Volume::unlimited)},
                  {2, 1, true, Exchange(free_of_costs(), Exchange::Volume::unlimited)}};
    plan.tolerance.assign(2, std::vector<double>(11, band));
    tapes = {&first.tape, &second.tape, &second.tape};
    for (std::size_t a = 0; a < 2; ++a) greeks.emplace_back()[pricing::Greek::delta] = &delta[a];
  }

  FloorView at(std::size_t step) const {
    return {step, board, greeks, tapes, first.trading, to_horizon, nullptr};
  }

  Hedger hedger;
  DeskPlan plan;
  UnevenMarket first, second;
  Lanes delta[2];
  std::vector<const market::Tape*> tapes;
  std::vector<BookGreeks> greeks;
  market::QuoteBoard board;
  std::vector<std::vector<double>> to_horizon{std::vector<double>(11, 1.0), std::vector<double>(11, 1.0)};
  RouterTerms terms{{10, 0.01, {}}, 0.25, {}};
  FillRoom room;
};

}  // namespace

TEST_CASE("Who is delta-neutral wants the negative of the delta") {
  const Floor floor(black_scholes());
  CHECK(floor.plan.strategy->needs() == pricing::GreekSet{pricing::Greek::delta});
  const Ledger ledger(2);
  Target out[2];
  floor.plan.strategy->target({0, floor.board, floor.greeks, floor.plan.tradables, ledger}, out);
  for (std::size_t line = 0; line < 2; ++line) {
    CHECK(out[line].units == &floor.delta[line]);
    CHECK(out[line].factor == -1);
  }
}

TEST_CASE("A desk trades to its target where it is further off than its band, in each of its tradables") {
  Floor floor(black_scholes(), 0.5);
  Desk desk(floor.plan, floor.terms, floor.tapes);
  desk.clear();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    floor.delta[0][lane] = 0.25 * static_cast<double>(lane % 5);
    floor.delta[1][lane] = -3;
  }
  desk.trade(floor.at(0), floor.room);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double wanted = -floor.delta[0][lane];  // half a unit off is still within the band
    CHECK(desk.ledger()[0].units[lane] == (std::abs(wanted) > 0.5 ? wanted : 0));
    CHECK(desk.ledger()[1].units[lane] == 3);
  }
}

TEST_CASE("What is on the way counts as done: with a latency a desk orders its target once") {
  for (const double latency : {0.0, 3.0}) {
    Floor floor(black_scholes({latency, Latency::Law::fixed}));
    Desk desk(floor.plan, floor.terms, floor.tapes);
    desk.clear();
    for (Lanes& lanes : floor.delta) lanes.fill(-7);
    for (std::size_t t = 0; t < 6; ++t) {
      desk.trade(floor.at(t), floor.room);
      CHECK(desk.ledger()[0].units[0] == (static_cast<double>(t) < latency ? 0 : 7));
    }
    CHECK(desk.ledger()[0].turnover[0] == 7 * floor.first.spot[0]);
  }
}

TEST_CASE("Under a cap and a latency who decides at every step is filled as fast as who decides once") {
  std::vector<double> held[2];
  for (const std::size_t every : {1u, 100u}) {
    Hedger hedger = black_scholes({5, Latency::Law::fixed});
    hedger.rebalance.every_steps = every;
    Floor floor(hedger);
    for (UnevenMarket* market : {&floor.first, &floor.second}) {
      market->participation.fill(0.1);
      market->tape.capped = true;
    }
    Desk desk(floor.plan, floor.terms, floor.tapes);
    desk.clear();
    for (Lanes& lanes : floor.delta) lanes.fill(-100);
    for (std::size_t t = 0; t <= 10; ++t) {
      desk.trade(floor.at(t), floor.room);
      held[every == 1 ? 0 : 1].push_back(desk.ledger()[0].units[0]);
    }
  }
  const double a_step = 0.1 * 0.25 / UnevenMarket::kInverseVolume / 100;
  for (std::size_t t = 0; t <= 10; ++t) {
    CHECK(near(held[0][t], t < 5 ? 0 : std::min(100.0, static_cast<double>(t - 4) * a_step)));
    CHECK(near(held[1][t], held[0][t]));
  }
}

TEST_CASE("What a desk trades of an asset is the sum over the lines that trade in it") {
  Floor floor(black_scholes());
  Desk desk(floor.plan, floor.terms, floor.tapes);
  desk.clear();
  floor.delta[0].fill(-7);
  floor.delta[1].fill(2);
  desk.trade(floor.at(0), floor.room);
  Lanes room;
  CHECK(desk.traded(0, room) == &desk.filled(0));
  CHECK(desk.traded(2, room) == nullptr);
  floor.plan.lines[1].asset = 0;
  CHECK((*desk.traded(0, room))[9] == 5);
}

TEST_CASE("A desk that is not due decides nothing, and its close-out is what the hedger says") {
  Hedger hedger = black_scholes();
  hedger.rebalance.every_steps = 4;
  for (const CloseOut how : {CloseOut::none, CloseOut::mid, CloseOut::market}) {
    hedger.close_out = how;
    Floor floor(hedger);
    Desk desk(floor.plan, floor.terms, floor.tapes);
    desk.clear();
    floor.delta[0].fill(-7);
    floor.delta[1].fill(2);
    desk.trade(floor.at(0), floor.room);
    floor.delta[0].fill(-9);
    desk.trade(floor.at(1), floor.room);
    CHECK(desk.ledger()[0].units[0] == 7);
    CHECK(desk.filled(0)[0] == 0);
    desk.close_out(floor.at(10), floor.room);
    CHECK(desk.ledger()[0].units[0] == (how == CloseOut::none ? 7 : 0));
    CHECK(desk.ledger()[0].turnover[0] == (how == CloseOut::market ? 14 : 7) * floor.first.spot[0]);
    CHECK(desk.filled(0)[0] == (how == CloseOut::none ? 0 : -7));
  }
}
