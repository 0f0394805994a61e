#include <cmath>
#include <vector>

#include "engine/margin/capital.hpp"
#include "engine/margin/deleveraging.hpp"
#include "engine/margin/matrix.hpp"
#include "engine/margin/tiers.hpp"
#include "engine/math/elementary.hpp"
#include "tests/support/approx.hpp"

using namespace unhedged;
using namespace unhedged::margin;

namespace {

/// To 1e-8, or to what a source prints.
bool agrees(double x, double printed, double to = 1e-8) { return std::abs(x - printed) <= to; }

/// Binance's tiers of BTCUSDT in 2021.
TierTable binance_2021() {
  return TierTable({{0, .004},
                    {5e4, .005},
                    {2.5e5, .01},
                    {1e6, .025},
                    {1e7, .05},
                    {2e7, .1},
                    {5e7, .125},
                    {1e8, .15},
                    {2e8, .25},
                    {3e8, .5}});
}

const LeverageRule kHyperliquid{40, .5, 1e5, .2, 30, 2.0 / 3};

/// Shorts in a market that has fallen to 85, and one that has not gained.
const std::vector<AdlCandidate> kShorts{{-60, 100, 1000}, {-80, 95, 700}, {-20, 120, 4000}, {-50, 84, 500}};

}  // namespace

// McMillan's portfolio: long a future on the S&P, short a December 410 call; USD.
TEST_CASE("margin: the scan risk of a printed SPAN array is 6 620, in scenario 13") {
  const std::vector<double> future{0,     0,     3330,  3330,  -3330,  -3330,  6670, 6670,
                                   -6670, -6670, 10000, 10000, -10000, -10000, 7000, -7000};
  const std::vector<double> call{-460, 610,  -2640, -1730, 1270, 2340, -5210, -4540,
                                 2540, 3430, -8060, -7640, 3380, 3990, -3130, 1500};
  MarginModel span;
  span.price_range = 10000;
  const double third = 1.0 / 3;
  span.blocks = {
      {{0, third, -third, 2 * third, -2 * third, 1, -1}, true, {VolatilityMove::up, VolatilityMove::down}},
      {{2, -2}, true, {VolatilityMove::same}}};
  const std::vector<MarginScenario> all = scenarios(span);
  REQUIRE(all.size() == 16);
  std::vector<double> sum(16);
  for (std::size_t k = 0; k < 16; ++k) sum[k] = future[k] + call[k];
  CHECK(sum[12] == -6620);
  CHECK(sum[13] == -6010);
  CHECK(sum[14] == 3870);
  CHECK(sum[15] == -5500);
  const Requirement margin = requirement(span, all, sum, {});
  CHECK(margin.scan == 6620);
  CHECK(margin.worst + 1 == 13);
  CHECK(all[margin.worst].move == -10000);
  CHECK(all[margin.worst].volatility == VolatilityMove::up);
  CHECK(margin.initial == 6620);
  CHECK(!margin.maintenance);
  CHECK(2 * 10000 * .35 == Approx(future[14]));  // the extreme rows are twice the range at 35 %
}

TEST_CASE("margin: the amounts of a tier table follow from its rates") {
  const double published[] = {0, 50, 1300, 16300, 266300, 1266300, 2516300, 5016300, 25016300, 100016300};
  const TierTable table = binance_2021();
  REQUIRE(table.tiers().size() == 10);
  for (std::size_t k = 0; k < 10; ++k) CHECK(agrees(table.tiers()[k].amount, published[k], 1e-7));
  for (std::size_t k = 1; k < 10; ++k) {  // the maintenance does not jump
    const double border = table.tiers()[k].from;
    CHECK(table.maintenance(border) == Approx(table.maintenance(border * (1 + 1e-12))).epsilon(1e-10));
  }
}

TEST_CASE("margin: the liquidation price lies in the tier that it is worked out with") {
  const TierTable table = binance_2021();
  CHECK(agrees(*table.liquidation_price({10, 50000, 30000}), 47343.4343434, 5e-8));
  for (const double units : {1.0, -1.0, 30.0, -300.0, 4000.0, -20000.0})
    for (const double leverage : {2.0, 5.0, 20.0}) {
      const PerpetualPosition held{units, 50000, std::abs(units) * 50000 / leverage};
      const auto price = table.liquidation_price(held);
      if (!price) continue;  // lost from the beginning, or never
      const double equity = held.wallet + units * (*price - held.entry);
      CHECK(equity == Approx(table.maintenance(std::abs(units) * *price)));
    }
  CHECK(!table.liquidation_price({1, 50000, 60000}));  // a long that is paid for is never lost
}

TEST_CASE("margin: bankruptcy prices, inverse and linear") {
  CHECK(agrees(inverse_bankruptcy_price(7890.08, 50, 1), 7735.372549, 5e-7));
  CHECK(agrees(inverse_bankruptcy_price(7890.08, 50, -1), 7890.08 * 50 / 49));
  CHECK(bankruptcy_price({100, 500, 1100}) == 489);
  CHECK(bankruptcy_price({-60, 100, 1000}) == Approx(116.6666666667));
}

TEST_CASE("margin: Hyperliquid's liquidation price, and how it closes") {
  CHECK(agrees(kHyperliquid.maintenance(1e5), 1250));
  CHECK(agrees(*kHyperliquid.liquidation_price(1, 1e5, 5000), 96202.5316456, 5e-8));
  const double lost = *kHyperliquid.liquidation_price(-1, 1e5, 5000);
  CHECK(5000 - (lost - 1e5) == Approx(kHyperliquid.maintenance(lost)));
  LeverageRule three;
  three.most_leverage = 3;
  CHECK(three.maintenance(1) == Approx(1.0 / 6));
  const double taken = *kHyperliquid.backstop_price(1, 1e5, 5000);
  CHECK(5000 + taken - 1e5 == Approx(2.0 / 3 * kHyperliquid.maintenance(taken)));
  using By = Liquidation::By;
  CHECK(liquidation(kHyperliquid, 1e5, 1250).by == By::nobody);
  CHECK(liquidation(kHyperliquid, 1e5, 1249).by == By::market);
  CHECK(liquidation(kHyperliquid, 1e5, 1249).part == 1);
  CHECK(liquidation(kHyperliquid, 2e5, 2400).part == .2);
  CHECK(liquidation(kHyperliquid, 2e5, 2400).pause_seconds == 30);
  CHECK(liquidation(kHyperliquid, 2e5, 2500 * 2.0 / 3 - 1).by == By::backstop);
}

TEST_CASE("margin: ranks of those who are deleveraged") {
  const double binance[] = {.47368421, .53333333, .14893617, -.00124567};
  const double bitmex[] = {.40263158, .47719298, .10549645, -.00126050};
  const double printed[] = {2.28157895, 4.05614035, .25620567},
               turned[] = {3.15789474, 5.06666667, .51063830};
  const double bankrupt[] = {116.667, 103.750, 320, 94};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(agrees(adl_rank(AdlRule::binance, kShorts[i], 85), binance[i], 5e-9));
    CHECK(agrees(adl_rank(AdlRule::bitmex, kShorts[i], 85), bitmex[i], 5e-9));
    CHECK(
        agrees(bankruptcy_price({kShorts[i].units, kShorts[i].entry, kShorts[i].wallet}), bankrupt[i], 5e-4));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(agrees(hyperliquid_index(kShorts[i], 85, PriceRatio::as_printed), printed[i], 5e-9));
    CHECK(agrees(adl_rank(AdlRule::hyperliquid, kShorts[i], 85), turned[i], 5e-9));
  }
  CHECK(agrees(hyperliquid_index(kShorts[3], 85, PriceRatio::as_printed), 9.56, 5e-3));
  CHECK(adl_rank(AdlRule::hyperliquid, kShorts[3], 85) == 0);
  for (std::size_t i = 0; i < 3; ++i) {  // of winners the rank is profit over equity
    const double profit = kShorts[i].units * (85 - kShorts[i].entry);
    CHECK(adl_rank(AdlRule::binance, kShorts[i], 85) == Approx(profit / (kShorts[i].wallet + profit)));
  }
}

TEST_CASE(
    "margin: a bankrupt long of 100 at 90 closes 80 of B and 20 of A, who lose 400 and 100 to the mark") {
  for (const AdlRule rule : {AdlRule::binance, AdlRule::bitmex, AdlRule::hyperliquid}) {
    const auto closed = deleverage(rule, kShorts, {100, 90}, 85);
    REQUIRE(closed.size() == 2);
    CHECK(closed[0].candidate == 1);
    CHECK(closed[0].units == 80);
    CHECK(closed[0].cost == 400);
    CHECK(closed[1].candidate == 0);
    CHECK(closed[1].units == 20);
    CHECK(closed[1].cost == 100);
    double most = 0;
    for (const AdlClosure& one : deleverage(rule, kShorts, {1000, 90}, 85)) most += one.units;
    CHECK(most == (rule == AdlRule::hyperliquid ? 160 : 210));  // D is in no profit
    CHECK(deleverage(rule, kShorts, {-100, 90}, 85).empty());   // nobody is long
  }
  CHECK(beyond_fund(1e6, 3.5e5, .3) == Approx(5e4));
  CHECK(beyond_fund(1e6, 2.9e5, .3) == 0);
}

TEST_CASE("margin: Basel's exposure after haircuts is 17.3") {
  CHECK(agrees(CollateralisedExposure{100, .02, 110, .15, .08}.after_haircuts(), 17.3));
  CHECK(CollateralisedExposure{100, 0, 110, .05, 0}.after_haircuts() == 0);
}

TEST_CASE("margin: expected shortfall over liquidity horizons, IMES and IMCC") {
  const double shortfall[] = {100, 60, 40, 20, 10}, horizons[] = {10, 20, 40, 60, 120};
  CHECK(agrees(over_liquidity_horizons(shortfall, horizons), 134.9073756323, 5e-11));
  CHECK(over_liquidity_horizons(shortfall, horizons) == Approx(std::sqrt(18200)).epsilon(1e-15));
  CHECK(stressed_shortfall(150, 120, 100) == Approx(180));
  CHECK(stressed_shortfall(150, 90, 100) == 150);
  const double classes[] = {320};
  CHECK(internal_model_charge(200, classes) == 260);
  const double z = math::normal_quantile(.975), density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI);
  CHECK(agrees(density / .025 / math::normal_quantile(.99), 1.0049239919, 5e-11));
}

TEST_CASE("margin: forced sales of bonds, alone and where they move the price") {
  const BondSpiral::End calm = BondSpiral{100, 20, 10, 0}.after(.01);
  CHECK(agrees(calm.sold, 8.126925, 5e-7));
  CHECK(agrees(calm.value, 73.746151, 5e-7));
  CHECK(calm.rise == .01);
  const BondSpiral::End spiral = BondSpiral{100, 20, 10, .0003}.after(.01);
  CHECK(agrees(spiral.sold, 13.878225, 5e-7));
  CHECK(agrees(spiral.rise * 1e4, 141.63, 5e-3));
  CHECK(agrees(spiral.value, 62.243550, 5e-7));
  CHECK(!spiral.spent);
  const BondSpiral::End gone = BondSpiral{100, 20, 0, .01}.after(.01);  // 20 * 100 * .01 > 1
  CHECK(gone.spent);
  CHECK(gone.value == 0);
}
