#include <cmath>
#include <vector>

#include "engine/margin/portfolio.hpp"
#include "engine/margin/shortfall.hpp"
#include "engine/math/scalar.hpp"
#include "tests/support/approx.hpp"

using namespace unhedged;
using namespace unhedged::margin;
using instruments::ContractKind;

namespace {

bool agrees(double x, double printed, double to) { return std::abs(x - printed) <= to; }

constexpr double kLife = 14.0 / 365;
constexpr VolatilityMove kUp = VolatilityMove::up, kSame = VolatilityMove::same, kDown = VolatilityMove::down;

/// Short ten straddles at the money of 14 days, marked at 60 %.
AssetPortfolio straddles() {
  AssetPortfolio book{{100000, {}}, {}, {}};
  for (const ContractKind kind : {ContractKind::call, ContractKind::put})
    book.positions.push_back({kind, 100000, kLife, -10, .6});
  return book;
}

MarginModel deribit() {
  MarginModel model;
  model.name = "deribit";
  model.price_range = .16;
  model.volatility = {VolatilityShock::Scale::relative, .5, .25, .3, .13, 30, 1, .5};
  model.blocks = {{{0, .25, -.25, .5, -.5, .75, -.75, 1, -1}, true, {kUp, kSame, kDown}},
                  {{-.66, -.33, .5, 1, 2, 3, 4, 5}, false, {kUp}, {}, 1, 100000}};
  model.maintenance_factor = .8;
  return model;
}

MarginModel paradex() {
  MarginModel model;
  model.price_range = .16;
  model.volatility = {VolatilityShock::Scale::relative, .4, .22, .3, .13};
  model.blocks = {
      {{.16, .12, .08, .04, 0, -.04, -.08, -.12, -.16}, false, {kUp}},
      {{.12, .08, .04, 0, -.04, -.08, -.12}, false, {kDown}},
      {{-.66, -.33, .5, 1, 2, 3, 4, 5}, false, {kUp}, {.24, .48, .32, .16, .08, .0533, .04, .032}}};
  model.charges.net_delta = .02;
  model.charges.hedged_delta = .01;
  model.maintenance_factor = .5;
  return model;
}

/// P&L of the scenario with that move and that way of the volatilities.
double pnl_at(const MarginModel& model, const AssetPortfolio& book, double move, VolatilityMove volatility) {
  const auto all = scenarios(model);
  const auto pnl = scenario_pnl(model, all, book);
  for (std::size_t k = 0; k < all.size(); ++k)
    if (std::abs(all[k].move - move) < 1e-12 && all[k].volatility == volatility) return pnl[k];
  return NAN;
}

Requirement required(const MarginModel& model, const AssetPortfolio& book) {
  const auto all = scenarios(model);
  return requirement(model, all, scenario_pnl(model, all, book), PortfolioExposures(book).get());
}

}  // namespace

TEST_CASE("margin: Deribit's matrix of ten short straddles") {
  const MarginModel model = deribit();
  const AssetPortfolio book = straddles();
  CHECK(agrees(-book.value({100000}) / 10, 9370.42064065, 5e-9));
  CHECK(agrees(scalar::power(30.0 / 14, .3), 1.2568920107, 5e-11));
  CHECK(agrees(model.volatility.shocked(.6, 14, kUp), .9770676032, 5e-11));
  CHECK(agrees(model.volatility.shocked(.6, 14, kDown), .4114661984, 5e-11));
  CHECK(agrees(pnl_at(model, book, -.16, kDown), -67095.4542, 5e-5));
  CHECK(agrees(pnl_at(model, book, -.16, kSame), -72837.7392, 5e-5));
  CHECK(agrees(pnl_at(model, book, -.16, kUp), -100712.2173, 5e-5));
  CHECK(agrees(pnl_at(model, book, 0, kUp), -58743.2055, 5e-5));
  const Requirement margin = required(model, book);
  CHECK(agrees(margin.scan, 117870.915906, 5e-7));
  CHECK(agrees(margin.initial, 117870.915906, 5e-7));
  CHECK(agrees(*margin.maintenance, 94296.732725, 5e-7));
  const MarginScenario worst = scenarios(model)[margin.worst];
  CHECK(worst.move == .16);
  CHECK(worst.volatility == kUp);
}

TEST_CASE("margin: Deribit's extended rows, before and after the dampener") {
  const MarginModel model = deribit();
  const auto all = scenarios(model);
  REQUIRE(all.size() == 27 + 8);
  const auto pnl = scenario_pnl(model, all, straddles());
  const double weighted[] = {-137283.8288, -115566.0555, -130931.9994, -145010.4069};
  for (std::size_t k = 0; k < 4; ++k) CHECK(agrees(all[27 + k].weight * pnl[27 + k], weighted[k], 5e-5));
  CHECK(agrees(all[34].weight * pnl[34], -157001.4654, 5e-5));
  for (std::size_t k = 27; k < 35; ++k) {
    const double left = counted(all[k], pnl[k]);
    if (k == 28) CHECK(agrees(left, -9316.0555, 5e-5));
    else CHECK(left == 0);
  }
}

TEST_CASE("margin: Paradex's scan is scenario 24, which nothing dampens") {
  const MarginModel model = paradex();
  REQUIRE(scenarios(model).size() == 24);
  Requirement margin = required(model, straddles());
  CHECK(agrees(margin.scan, 157001.465395, 5e-7));
  CHECK(margin.worst + 1 == 24);
  CHECK(agrees(margin.floor, 937.042064, 5e-7));
  CHECK(margin.initial == margin.scan);
  CHECK(*margin.maintenance == Approx(.5 * margin.scan));
  // hedged, the smaller of the two deltas is charged 1 %, and nothing is left of the net one
  AssetPortfolio hedged = straddles();
  const double delta = PortfolioExposures(hedged).get().net_delta;
  CHECK(agrees(delta, -.468521032, 5e-10));
  hedged.positions.push_back({ContractKind::perpetual, 0, 0, -delta});
  CHECK(agrees(required(model, hedged).floor, .01 * 46852.1032, 1e-4));
  // provisions come last, at full weight
  const auto all = scenarios(model);
  margin = requirement(model, all, scenario_pnl(model, all, straddles()),
                       PortfolioExposures(straddles(), 1000).get());
  CHECK(margin.initial == Approx(margin.scan + 1000));
  CHECK(*margin.maintenance == Approx(.5 * margin.scan + 1000));
}

TEST_CASE("margin: the coins of an inverse perpetual, and what counts of its gains") {
  MarginModel model;
  model.price_range = .18;
  model.blocks = {{{-1, -.75, -.5, -.25, 0, .25, .5, .75, 1}, true, {kSame}}};
  model.offset = {.6, 20e6};
  const double spot = 2000;
  const AssetPortfolio book{{spot, {}}, {{ContractKind::perpetual, 0, 0, -spot, 0, true}}, {}};
  const double coins[] = {.219512, .156069, .098901, .047120, 0, -.043062, -.082569, -.118943, -.152542};
  const auto all = scenarios(model);
  const auto pnl = scenario_pnl(model, all, book);
  for (std::size_t k = 0; k < 9; ++k) {
    CHECK(agrees(pnl[k] / spot, coins[k], 5e-7));
    CHECK(pnl[k] / spot == Approx(1 / (1 + all[k].move) - 1).margin(1e-14));
    CHECK(counted(all[k], *model.offset, pnl[k]) == (pnl[k] > 0 ? .6 * pnl[k] : pnl[k]));
  }
  CHECK(counted(all[0], *model.offset, 1e9) == 20e6);
  // two assets that move together: the gains of one stand against the losses of the other
  std::vector<AssetPnl> both(2);
  both[0].pnl = pnl;
  for (const double one : pnl) both[1].pnl.push_back(-one);
  const BookRequirement margin = requirement(model, all, both);
  double worst = 0;
  for (const double one : pnl) worst = std::max(worst, std::abs(one) * .4);
  CHECK(margin.total.scan == Approx(worst));
  CHECK(margin.total.initial == Approx(worst));
  model.offset.reset();  // each alone
  CHECK(requirement(model, all, both).total.scan == Approx(spot * (.152542 + .219512)).epsilon(1e-5));
}

TEST_CASE("margin: SPAN's sixteen scenarios of ten short straddles, a day later") {
  MarginModel model;
  model.price_range = .1;
  model.volatility = {VolatilityShock::Scale::absolute, .1, .1};
  const double third = 1.0 / 3;
  model.blocks = {{{0, third, -third, 2 * third, -2 * third, 1, -1}, true, {kUp, kDown}},
                  {{2, -2}, true, {kSame}, {.35, .35}}};
  model.look_ahead_years = 1.0 / 365;
  const double losses[] = {11624.71, -18442.47, 16656.81, -12618.28, 13255.75, -14975.30, 27847.60, 1558.43,
                           21665.45, -2349.93,  44421.90, 22462.06,  36517.97, 18175.67,  39171.56, 37853.70};
  const auto all = scenarios(model);
  const auto pnl = scenario_pnl(model, all, straddles());
  REQUIRE(all.size() == 16);
  for (std::size_t k = 0; k < 16; ++k) CHECK(agrees(-counted(all[k], pnl[k]), losses[k], 5e-3));
  const Requirement margin = required(model, straddles());
  CHECK(agrees(margin.initial, 44421.900981, 5e-7));
  CHECK(margin.worst + 1 == 11);
  model.blocks[1] = {{3, -3}, true, {kSame}, {.33, .33}};
  CHECK(required(model, straddles()).initial > 60000);  // the extreme rule decides
  model.charges.short_option_minimum = 4000;
  CHECK(required(model, straddles()).floor == 20 * 4000);
}

TEST_CASE("margin: charges by what is held") {
  MarginModel model;
  model.price_range = .1;
  model.blocks = {{{-1, 0, 1}, true, {kSame}}};
  model.charges.roll_a_year = .075;
  model.charges.least_roll = .01;
  AssetPortfolio book{{100, {}}, {}, {}};
  book.positions = {{ContractKind::future, 0, .5, 3},
                    {ContractKind::future, 0, .1, -2},
                    {ContractKind::perpetual, 0, 0, -1},
                    {ContractKind::spot, 0, 0, 50}};
  const double roll = 3 * std::expm1(.0375) + 2 * .01 + 1 * .01;  // the asset itself rolls nothing
  CHECK(required(model, book).charges == Approx(100 * roll));
  model.charges = {};
  model.charges.offset_futures = .01;
  model.charges.short_option = .01;
  book.positions.push_back({ContractKind::put, 90, .1, -5, .5});
  book.positions.push_back({ContractKind::put, 90, .1, 2, .5});  // bought back
  book.positions.push_back({ContractKind::call, 90, .1, 7, .5});
  CHECK(required(model, book).charges == Approx(100 * .01 * (3 + 3)));
}

TEST_CASE("margin: a volatility shock of nothing left, and of a day and less") {
  VolatilityShock shock{VolatilityShock::Scale::relative, .5, .9, .3, .13, 30, 1, .5};
  CHECK(shock.shocked(.6, 1, kUp) == shock.shocked(.6, .1, kUp));  // held at a day
  CHECK(shock.shocked(.6, 1, kDown) == 0);
  CHECK(shock.shocked(.1, 30, kUp) == .5);  // the least
  CHECK(shock.shocked(.6, 60, kUp) == Approx(.6 * (1 + .5 * std::pow(.5, .13))));
  shock.scale = VolatilityShock::Scale::absolute;
  CHECK(shock.shocked(.6, 1, kUp) == Approx(1.1));
  const MarginPosition call{ContractKind::call, 90, .1, 2, .5};
  const ShockedMarket still{100, 0, 0};
  CHECK(call.value({100, {}}, still) == 20);  // without volatility: in the money
}

TEST_CASE("margin: two-day expected shortfall of a hedged short straddle, frozen") {
  AssetPortfolio book{{100, {}}, {}, {}};
  for (const ContractKind kind : {ContractKind::call, ContractKind::put})
    book.positions.push_back({kind, 100, .25, -1, .2});
  book.positions.push_back({ContractKind::spot, 0, 0, -PortfolioExposures(book).get().net_delta});
  const double years = 2.0 / 252, sd = .2 * std::sqrt(years), before = book.value({100});
  const auto pnl = [&](double z) {
    return book.value({100 * scalar::exp(sd * z - .5 * sd * sd), years}) - before;
  };
  const LossTail exact = tail_of(pnl, .99);
  CHECK(agrees(exact.value_at_risk, .7102420592, 5e-11));  // by bisection on both ends of the tail
  CHECK(agrees(exact.expected_shortfall, .93354199, 5e-9));
  const LossTail drawn = tail_of([&](std::span<const double> z) { return pnl(z[0]); }, 1, .99, 20000);
  CHECK(std::abs(drawn.expected_shortfall - exact.expected_shortfall) < 5 * drawn.standard_error + 1e-6);
  CHECK(drawn.standard_error < 2e-3);
}

TEST_CASE("margin: tails of normal losses, of one factor and of several") {
  const LossTail exact = tail_of([](double z) { return 3 * z + 1; }, .99);
  CHECK(agrees(exact.value_at_risk, 3 * 2.32634787404084 - 1, 1e-9));
  CHECK(agrees(exact.expected_shortfall, 3 * 2.66521422034580 - 1, 1e-9));
  const LossTail none = tail_of([](double) { return 0.0; }, .99);
  CHECK(none.expected_shortfall == 0);
  const LossTail lottery = tail_of([](double z) { return z < -2.5 ? -7.0 : 1.0; }, .99);  // 0.62 % lose 7
  CHECK(lottery.expected_shortfall == Approx(.62096653 * 7 - (1 - .62096653)).epsilon(1e-3));
  const LossTail sum =
      tail_of([](std::span<const double> z) { return (z[0] + z[1] + z[2] + z[3]) / 2; }, 4, .975, 20000);
  CHECK(std::abs(sum.expected_shortfall - 2.33780279) < 5 * sum.standard_error);
  CHECK(sum.standard_error < .01);
  CHECK(sum.standard_error > 0);
}
