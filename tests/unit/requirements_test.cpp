#include "engine/simulation/requirements.hpp"

#include <cmath>

#include "engine/math/elementary.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/simulation/todays_hedges.hpp"
#include "tests/support/approx.hpp"
#include "tests/support/run_yaml.hpp"

using namespace unhedged;
using namespace unhedged::simulation;
using instruments::ContractKind;
using testing::OneAsset;

namespace {

config::Configuration loaded(const std::string& text) { return config::load_text(text, "test.yaml", {}); }

/// Short ten straddles of 14 days, with these hedgers.
OneAsset straddles(const std::string& hedgers) {
  OneAsset out;
  out.market =
      "spot: 100000, implied_vol: 60 %, perpetual: {funding: 0 %}, daily_volume: 1e9, half_spread: 1 bp";
  out.positions =
      "[{instrument: call, asset: A, strike: 100000, expiry: 14 d, quantity: -10}, {instrument: put, asset: "
      "A, "
      "strike: 100000, expiry: 14 d, quantity: -10}]";
  out.hedgers = hedgers;
  out.simulation = "horizon: 7 d, step: 1 h, paths: 100";
  return out;
}

/// Moves of 16 % with volatilities as they are.
margin::Yardstick plain_matrix() {
  margin::MarginModel model;
  model.price_range = .16;
  model.blocks = {{{-1, 0, 1}, true, {margin::VolatilityMove::same}}};
  margin::Yardstick out;
  out.rule = model;
  return out;
}

const MeasuredBook& named(const std::vector<MeasuredBook>& books, const std::string& name) {
  for (const MeasuredBook& one : books)
    if (one.name == name) return one;
  throw ContractViolation("no book " + name);
}

double delta_of(const FrozenBook& book, std::size_t asset = 0) {
  return margin::PortfolioExposures(book.portfolio(asset)).get().net_delta;
}

}  // namespace

TEST_CASE("requirements: hedges are in place today, whatever keeps orders from their fills") {
  const auto run =
      loaded(straddles("{quick: {model: black_scholes}, slow: {model: black_scholes, "
                       "latency: 2 h, slices: 4}, perpetual: {model: black_scholes, hedge_with: perpetual}, "
                       "wrong: {model: black_scholes, volatility: 90 %}, none: {model: none}}")
                 .text());
  const auto books = measured_books(run.plan, 0);
  REQUIRE(books.size() == 5);  // who does nothing has no book of its own
  CHECK(books[0].name == "book");
  CHECK(delta_of(books[0].held) == Approx(-.468521032));
  for (const char* name : {"quick", "slow", "perpetual"})
    CHECK(std::abs(delta_of(named(books, name).held)) < 1e-9);
  CHECK(std::abs(delta_of(named(books, "wrong").held)) > .1);
  const auto hedges = todays_hedges(run.plan);
  CHECK(hedges[0][0].held.kind == ContractKind::spot);
  CHECK(hedges[2][0].held.kind == ContractKind::perpetual);
  CHECK(hedges[0][0].held.quantity == Approx(.468521032));
}

TEST_CASE("requirements: options that hedge are struck and marked today") {
  const auto run =
      loaded(straddles("{gamma: {model: black_scholes, objective: {strategy: delta_gamma, limit: 150 %}, "
                       "hedge_with: [{instrument: call, asset: A, strike: 105 %, expiry: 20 d, roll_at: "
                       "10 d}]}}")
                 .text());
  const auto hedges = todays_hedges(run.plan);
  REQUIRE(hedges[0].size() == 2);
  const margin::MarginPosition& option = hedges[0][1].held;
  CHECK(option.kind == ContractKind::call);
  CHECK(option.strike == Approx(105000));
  CHECK(option.expiry_years == Approx(20.0 / 365));
  CHECK(option.volatility == Approx(.6));
  const auto gamma = [](double strike, double years) {
    return pricing::black_scholes({pricing::Right::call, strike, years}, 100000, .6, {}).gamma;
  };
  CHECK(option.quantity == Approx(20 * gamma(100000, 14.0 / 365) / gamma(105000, 20.0 / 365)));
  CHECK(std::abs(delta_of(measured_books(run.plan, 0)[1].held)) < 1e-9);
}

TEST_CASE("requirements: a matrix of several assets, and assets that a model is meant for") {
  OneAsset text;
  text.market = "spot: 100, implied_vol: 20 %";
  text.more_assets = ", B: {spot: 50, implied_vol: 30 %}";
  text.more_dynamics = ", B: {model: gbm, volatility: 20 %}";
  text.positions =
      "[{instrument: spot, asset: A, quantity: 10}, {instrument: spot, asset: B, quantity: -20}]";
  text.simulation = "horizon: 7 d, step: 1 d, paths: 100";
  const auto run = loaded(text.text());
  const FrozenBook book(run.plan);
  margin::Yardstick yardstick = plain_matrix();
  Required all = required(yardstick, run.plan, book);
  CHECK(*all.initial == Approx(.16 * (1000 + 1000)));
  REQUIRE(all.assets.size() == 2);
  CHECK(all.assets[0].worst->move == -.16);
  CHECK(all.assets[1].worst->move == .16);
  std::get<margin::MarginModel>(yardstick.rule).offset = {.5, 1e9};
  all = required(yardstick, run.plan, book);  // both move together: half of the gain counts
  CHECK(*all.initial == Approx(.16 * (1000 - 500)));
  CHECK(all.assets[0].worst->move == all.assets[1].worst->move);
  yardstick.about.assets = {"B", "C"};
  all = required(yardstick, run.plan, book);
  CHECK(all.covered == std::vector<std::size_t>{1});
  CHECK(*all.initial == Approx(.16 * 1000));
  yardstick.about.assets = {"C"};  // named all the same: all are measured
  CHECK(required(yardstick, run.plan, book).covered.size() == 2);
  margin::Yardstick shortfall;
  shortfall.rule = margin::ShortfallRule{.99, 10.0 / 365, true};
  const double two = *required(shortfall, run.plan, book).initial;
  CHECK(required(shortfall, run.plan, book).tail->standard_error > 0);
  const double a = 1000 * .2 * std::sqrt(10.0 / 365), b = 1000 * .3 * std::sqrt(10.0 / 365);
  CHECK(two == Approx(2.66521422 * std::hypot(a, b)).epsilon(.03));  // independent, and nearly normal
}

TEST_CASE("requirements: contracts that remember are revalued, knocked out and aged") {
  OneAsset text;
  text.market = "spot: 100, implied_vol: 20 %";
  text.positions =
      "[{instrument: down_and_out_put, asset: A, strike: 105, barrier: 90, rebate: 2, expiry: 30 d, "
      "quantity: -10},"
      "{instrument: american_put, asset: A, strike: 100, expiry: 3 d, quantity: 1}]";
  text.simulation = "horizon: 7 d, step: 1 d, paths: 100";
  const auto run = loaded(text.text());
  const FrozenBook book(run.plan);
  const auto value = [&](double spot, double years) {
    const std::vector<margin::ShockedMarket> now{{spot, years}};
    return book.value(now);
  };
  double marks = 0;
  for (const PositionPlan& one : run.plan.positions) marks += one.contract.quantity * one.mark;
  CHECK(value(100, 0) == Approx(marks));
  CHECK(value(80, 0) == Approx(-10 * 2 + 20));  // the barrier is crossed, and the put is worth its exercise
  CHECK(value(100, 30.0 / 365) == Approx(-10 * 5).margin(1e-9));  // both have expired: what they paid
  const FrozenBook later(run.plan, 5.0 / 365);  // the American put is gone, the other is older
  CHECK(later.positions() == 1);
  const std::vector<margin::ShockedMarket> now{{100}};
  CHECK(later.value(now) == Approx(value(100, 5.0 / 365)).epsilon(1e-9));
  double worst = 0;
  for (const double spot : {84.0, 116.0}) {
    const std::vector<margin::ShockedMarket> moved{{spot}};
    worst = std::max(worst, later.value(now) - later.value(moved));
  }
  CHECK(*required(plain_matrix(), run.plan, later).initial == Approx(worst).margin(1e-12));
}

TEST_CASE("requirements: a contract that ends early is exercised in what it is worth") {
  OneAsset text;
  text.market = "spot: 100, implied_vol: 20 %, rate: 5 %";
  text.positions = "[{instrument: american_put, asset: A, strike: 100, expiry: 30 d, quantity: 1}]";
  text.simulation = "horizon: 7 d, step: 1 d, paths: 100";
  const FrozenBook book(loaded(text.text()).plan);
  const std::vector<margin::ShockedMarket> deep{{60}};
  CHECK(book.value(deep) == Approx(40).epsilon(1e-6));
}

TEST_CASE("requirements: options on several assets move with each, and with all") {
  OneAsset text;
  text.market = "spot: 100, implied_vol: 20 %";
  text.more_assets = ", B: {spot: 50, implied_vol: 30 %}";
  text.more_dynamics = ", B: {model: gbm, volatility: 20 %}";
  text.positions = "[{instrument: exchange, assets: [A, B], weights: [1, 2], expiry: 30 d, quantity: -10}]";
  text.simulation = "horizon: 7 d, step: 1 d, paths: 100";
  const auto run = loaded(text.text());
  const FrozenBook book(run.plan);
  CHECK(book.value(book.unmoved()) == Approx(-10 * run.plan.positions[0].mark));
  const std::vector<margin::ShockedMarket> both{{120}, {60}}, expired{{120, 1}, {50, 1}};
  CHECK(book.value(both) == Approx(1.2 * book.value(book.unmoved())));  // homogeneous of degree one
  CHECK(book.value(expired) == -200);
  CHECK(delta_of(book, 0) < -4);
  CHECK(delta_of(book, 1) > 8);
  const Required margin = required(plain_matrix(), run.plan, book);
  REQUIRE(margin.assets.size() == 2);
  CHECK(margin.assets[0].worst->move == .16);
  CHECK(margin.assets[1].worst->move == -.16);
}

TEST_CASE("requirements: shortfall over liquidity horizons takes nested sets of factors") {
  OneAsset text;
  text.market = "spot: 100, implied_vol: 20 %";
  text.positions = "[{instrument: call, asset: A, strike: 100, expiry: 90 d, quantity: -10}]";
  text.simulation = "horizon: 7 d, step: 1 d, paths: 100";
  const auto run = loaded(text.text());
  const FrozenBook book(run.plan);
  const double ten = 10.0 / 365;
  const auto shortfall = [&](margin::ShortfallRule rule) {
    margin::Yardstick one;
    one.rule = rule;
    return *required(one, run.plan, book).initial;
  };
  margin::ShortfallRule rule{.975, ten, false};
  const double base = shortfall(rule);
  rule.price_horizon_years = ten;
  rule.volatility_horizon_years = 2 * ten;
  CHECK(shortfall(rule) == Approx(base));  // volatilities stay: nothing moves over the longer horizon
  rule.price_horizon_years = 2 * ten;
  CHECK(shortfall(rule) == Approx(base * std::sqrt(2)));
  rule.volatility_of_volatility = 1;
  rule.price_horizon_years = ten;
  const double both = shortfall(rule);
  CHECK(both > 1.05 * base);
  rule.volatility_horizon_years = 6 * ten;
  CHECK(shortfall(rule) > both);
  // the vega of a call at the money, moved by 10 days of 100 % of volatility: its own part of the sum
  const double vega = 10 * pricing::black_scholes({pricing::Right::call, 100, 90.0 / 365}, 100, .2, {}).vega;
  const double alone = std::sqrt((shortfall(rule) * shortfall(rule) - both * both) / 4);
  const double rise =
      math::normal_cdf(std::sqrt(ten) - 1.9599640) / .025 - 1;  // mean of the worst, lognormal
  CHECK(alone == Approx(vega * .2 * rise).epsilon(.02));
}

TEST_CASE("requirements: perpetuals alone count for tiers and leverage") {
  const auto run = loaded(straddles("{perpetual: {model: black_scholes, hedge_with: perpetual}}").text());
  const auto books = measured_books(run.plan, 0);
  margin::Yardstick tiers;
  tiers.rule = margin::TierRule{margin::TierTable({{0, .004, 0}, {40000, .005, 0}})};
  CHECK(!required(tiers, run.plan, books[0].held).maintenance);
  CHECK(required(tiers, run.plan, books[0].held).assets.empty());
  tiers.wallet = 5000;
  const Required hedged = required(tiers, run.plan, books[1].held);
  const double value = .468521032064833 * 1e5;
  CHECK(*hedged.maintenance == Approx(.004 * 40000 + .005 * (value - 40000)));
  CHECK(!hedged.initial);
  CHECK(hedged.assets[0].perpetual.notional == Approx(value));
  CHECK(*hedged.assets[0].perpetual.bankruptcy_price == Approx(1e5 - 5000 / .468521032064833));
  CHECK(*hedged.assets[0].perpetual.liquidation_price > *hedged.assets[0].perpetual.bankruptcy_price);
}
