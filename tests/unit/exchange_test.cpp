#include "engine/hedging/routing.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// What a fill costs, number by number, against the law written out.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

struct Case {
  Costs costs;
  Exchange::Volume volume;
  double crowding;
};

std::vector<Case> cases() {
  using enum Exchange::Volume;
  Costs own = costs_with(0.0003, 1, 0.5, 0);
  own.half_spread = 0.005;
  return {{free_of_costs(), stated, 0},
          {costs_with(0.0003, 1, 0.5, 0), stated, 0},
          {costs_with(0.0003, 0.8, 0.6, 0.3), stated, 0},
          {costs_with(0, 0, 0.5, 0.3), stated, 0},
          {costs_with(0.0003, 1, 0.5, 0), unlimited, 0},
          {costs_with(0.0003, 1, 0.5, 0), stated, 4},
          {own, stated, 0},
          {costs_with(0, 0, 0.5, 0), stated, 0}};
}

double part(const Lanes* lanes, std::size_t lane) { return lanes != nullptr ? (*lanes)[lane] : 0; }

/// As the ledger enters it.
double impact_of(const Fill& fill, std::size_t lane) {
  Ledger ledger(1);
  ledger.clear();
  ledger.post(0, fill, 1);
  return ledger[0].impact_cost[lane];
}

}  // namespace

TEST_CASE("A fill is at the mid, with half the spread, the fees and the impact of its share of the volume") {
  for (const Case& c : cases())
    for (const double share : {1.0, 0.4})
      for (const double units : {-2.0, 5.0, 0.0}) {
        UnevenMarket market({{.share = share, .fee = 0.002}});
        market.tape.crowding = c.crowding;
        const Lanes order = filled_with(units);
        FillRoom room;
        const Exchange exchange(c.costs, c.volume);
        const Fill fill = exchange.fill(order, market.tape, market.venues[0], room);
        const bool free = c.costs.at_mid, impact = !free && c.volume == Exchange::Volume::stated;
        CHECK(fill.fee == (free ? 0 : c.costs.fee + 0.002));
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const double size = std::abs(units * market.spot[lane]),
                       alone = size * market.kInverseVolume / share;
          const double felt = alone / (1 + c.crowding * alone), d = market.daily_volatility();
          const double law = c.costs.impact.coefficient * std::pow(felt, c.costs.impact.exponent) +
                             0.5 * c.costs.impact.permanent * felt;
          CHECK((*fill.units)[lane] == units);
          CHECK((*fill.price)[lane] == market.spot[lane]);
          CHECK(part(fill.half_spread, lane) == (free ? 0 : c.costs.half_spread.value_or(market.kSpread)));
          CHECK(near(impact_of(fill, lane), impact ? size * d * law : 0));
        }
      }
}

TEST_CASE("Who trades at mid routes as those do who pay for impact, and nobody where volume is unlimited") {
  const UnevenMarket market;
  const double expected = 0.8 * market.daily_volatility() * std::pow(market.kInverseVolume, 0.6);
  Costs costs = costs_with(0, 0.8, 0.6, 0);
  CHECK(near(Exchange(costs, Exchange::Volume::stated).routing_scale(market.tape, 3), expected));
  costs.at_mid = true;
  CHECK(near(Exchange(costs, Exchange::Volume::stated).routing_scale(market.tape, 3), expected));
  CHECK(Exchange(costs, Exchange::Volume::unlimited).routing_scale(market.tape, 3) == 0);
}

TEST_CASE(
    "Routing makes the marginal costs of the venues that take part the same, and below those left out") {
  const std::vector<double> fee{0.001, 0.002, 0.02}, share{0.5, 0.3, 0.2};
  std::vector<double> out(3);
  for (const double exponent : {0.5, 0.6, 1.0})
    for (const double size : {10.0, 1e3, 1e5}) {
      const double scale = 1e-5;
      route(size, scale, exponent, fee, share, out);
      CHECK(near(out[0] + out[1] + out[2], size));
      const auto marginal = [&](std::size_t v) {
        return fee[v] + (1 + exponent) * scale * std::pow(out[v] / share[v], exponent);
      };
      CHECK(out[0] > 0);
      for (std::size_t v = 1; v < 3; ++v) {
        if (out[v] > 0) CHECK(std::abs(marginal(v) - marginal(0)) < 1e-10);
        else CHECK(fee[v] >= marginal(0) - 1e-12);
      }
    }
}
