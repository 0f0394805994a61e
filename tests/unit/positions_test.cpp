#include "tests/support/catch.hpp"
#include "tests/support/orders.hpp"

// What one entry does to one position, number by number.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;

namespace {

constexpr double kToHorizon = 1.25;

/// A ledger of two lines; the first holds three units bought for nothing, with 500 in cash.
Ledger with_three() {
  Ledger ledger(2);
  ledger.clear();
  const Lanes three = filled_with(3), price = filled_with(-500.0 / 3);
  ledger.post(0, {&three, &price}, 1);
  return ledger;
}

}  // namespace

TEST_CASE("A fill moves units, cash, turnover and costs of its line alone, all money grown to the horizon") {
  const UnevenMarket market;
  const Lanes units = filled_with(-2), half_spread = filled_with(0.005), impact = filled_with(0.25);
  for (const bool has_spread : {false, true})
    for (const bool has_impact : {false, true})
      for (const double fee : {0.0, 0.01}) {
        if (has_impact && !has_spread) continue;  // an exchange that charges impact charges the spread
        Ledger ledger = with_three();
        const Holding before = ledger[0];
        ledger.post(
            0,
            {&units, &market.spot, has_spread ? &half_spread : nullptr, has_impact ? &impact : nullptr, fee},
            kToHorizon);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const double size = std::abs(2 * market.spot[lane]);
          const double paid = fee * size + (has_spread ? 0.005 * size : 0) + (has_impact ? 0.25 : 0);
          CHECK(ledger[0].units[lane] == 1);
          CHECK(near(ledger[0].cash[lane], before.cash[lane] + kToHorizon * (2 * market.spot[lane] - paid)));
          CHECK(near(ledger[0].turnover[lane], before.turnover[lane] + kToHorizon * size));
          CHECK(near(ledger[0].cost(lane), kToHorizon * paid));
          CHECK(ledger[1].units[lane] == 0);
          CHECK(ledger[1].cash[lane] == 0);
        }
      }
}

TEST_CASE("Yield is earned on the value held, and margin carries interest less funding") {
  const UnevenMarket market;
  Ledger ledger = with_three();
  ledger.earn(0, market.spot, 0.01, kToHorizon);
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(near(ledger[0].cash[lane], 500 + 3 * market.spot[lane] * 0.01 * kToHorizon));
  ledger = with_three();
  const Lanes funding = filled_with(0.2);
  ledger.carry(0, market.spot, funding, {0.05, 0.02});
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    CHECK(near(ledger[0].cash[lane], 500 + 3 * market.spot[lane] * (0.05 - 0.2) * 0.02));
}

TEST_CASE("A mark turns units into cash and leaves turnover and costs alone") {
  const UnevenMarket market;
  Ledger ledger = with_three();
  const double turnover = ledger[0].turnover[0];
  ledger.mark(0, market.spot, kToHorizon);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    CHECK(ledger[0].units[lane] == 0);
    CHECK(near(ledger[0].cash[lane], 500 + 3 * kToHorizon * market.spot[lane]));
    CHECK(ledger[0].turnover[lane] == turnover);
    CHECK(ledger[0].cost(lane) == 0);
  }
}
