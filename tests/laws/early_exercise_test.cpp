#include <algorithm>
#include <cmath>

#include "engine/instruments/early_exercise.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/contracts.hpp"
#include "tests/support/problems.hpp"
#include "tests/support/run_yaml.hpp"

// What holds of options that may be exercised early, whatever the numbers are.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;
using instruments::EarlyExercise;
using instruments::Side;

namespace {

struct Early {
  Side side;
  double volatility, rate, yield, years;
};

math::Jet at(const EarlyExercise& option, const Early& of, double spot, double time = 0, double more = 0) {
  instruments::LognormalMarket market;
  market.x = math::variable_x(std::log(spot));
  market.volatility = math::variable_s(of.volatility + more);
  market.time_years = time;
  market.rate = of.rate;
  market.yield = of.yield;
  return option.price(market);
}

std::vector<double> dates(double years, int count) {
  std::vector<double> out;
  for (int k = 1; k <= count; ++k) out.push_back(years * k / count);
  return out;
}

EarlyExercise option_of(const Early& of, int count = 0) {
  return EarlyExercise({of.side, of.rate, of.yield, of.years, dates(of.years, count)});
}

double european(const Early& of, double spot, double time = 0) {
  const auto right = of.side == Side::call ? pricing::Right::call : pricing::Right::put;
  return pricing::black_scholes_value({right, 1, of.years - time}, spot, of.volatility, {of.rate, of.yield});
}

const Early kCases[] = {{Side::put, 0.3, 0.05, 0.01, 0.5}, {Side::call, 0.6, 0.02, 0.08, 0.3}};
const double kSpots[] = {0.6, 0.8, 0.9, 1.0, 1.1, 1.3, 1.7};

}  // namespace

TEST_CASE("American options are worth no less than Bermudan ones, and those than European ones") {
  constexpr double table = 2e-5;
  for (const Early& of : kCases) {
    const EarlyExercise american = option_of(of), often = option_of(of, 20), seldom = option_of(of, 4);
    for (const double spot : kSpots)
      for (const double time : {0.0, 0.1, 0.24}) {
        const double any = at(american, of, spot, time).value;
        CHECK(any > at(often, of, spot, time).value - table);
        CHECK(at(often, of, spot, time).value > at(seldom, of, spot, time).value - table);
        CHECK(at(seldom, of, spot, time).value > european(of, spot, time) - table);
        CHECK(any > sign_of(of.side) * (spot - 1) - 1e-12);
      }
  }
}

TEST_CASE("What is never exercised early is European to the bit") {
  const Early call{Side::call, 0.4, 0.05, 0, 0.5}, put{Side::put, 0.4, 0, 0.05, 0.5};
  for (const Early& of : {call, put}) {
    CHECK_FALSE(option_of(of).is_worth_something());
    for (const double spot : kSpots)
      CHECK(at(option_of(of), of, spot).value == at(option_of(of, 1), of, spot).value);
  }
  const Early one{Side::put, 0.4, 0.05, 0, 0.5};
  CHECK_FALSE(option_of(one, 1).is_worth_something());
}

TEST_CASE("An American call is the put with rate and yield, and spot and strike, exchanged") {
  const Early call{Side::call, 0.35, 0.03, 0.06, 0.5}, put{Side::put, 0.35, 0.06, 0.03, 0.5};
  const EarlyExercise one = option_of(call), other = option_of(put);
  for (const double spot : kSpots)
    CHECK_THAT(at(one, call, spot).value, WithinAbs(spot * at(other, put, 1 / spot).value, 3e-5));
}

TEST_CASE("Greeks of options exercised early are derivatives of their value") {
  for (const Early& of : kCases)
    for (const int count : {0, 6}) {
      const EarlyExercise option = option_of(of, count);
      for (const double spot : kSpots)
        for (const double time : {0.0, 0.11}) {
          INFO(spot << " at " << time << ", " << count << " dates");
          const math::Jet f = at(option, of, spot, time);
          const double h = 1e-3, up = at(option, of, spot * std::exp(h), time).value,
                       down = at(option, of, spot * std::exp(-h), time).value;
          CHECK_THAT(f.dx, WithinAbs((up - down) / (2 * h), 3e-4));
          const double more = at(option, of, spot, time, 1e-3).value,
                       less = at(option, of, spot, time, -1e-3).value;
          CHECK_THAT(f.ds, WithinAbs((more - less) / 2e-3, 1e-3));
        }
    }
}

namespace {

OneAsset one_asset(const std::string& position) {
  OneAsset one;
  one.market = "spot: 100, implied_vol: 30 %, rate: 8 %, yield: 1 %";
  one.positions = "[" + position + "]";
  one.dynamics = "{model: gbm, volatility: 30 %}";
  one.hedgers = "{bs: {model: black_scholes, costs: none}}";
  one.simulation = "horizon: 60 d, steps: 120, paths: 2048, seed: 3";
  return one;
}

double largest(std::span<const double> pnl) {
  double out = 0;
  for (const double x : pnl) out = std::max(out, std::abs(x));
  return out;
}

bool keeps(const Run& run, const std::string& name) {
  return std::ranges::any_of(run.plan().columns,
                             [&](const auto& column) { return column.data.name == name; });
}

}  // namespace

TEST_CASE("An option that is best exercised today is, and nothing is left to lose") {
  const Run run = run_yaml(
      one_asset("{instrument: american_put, asset: A, strike: 200, expiry: 60 d, quantity: -3}").text());
  CHECK_THAT(run.plan().assets[0].value_today, WithinAbs(-300, 1e-9));
  CHECK(largest(run.pnl("unhedged")) < 1e-9);
  CHECK(largest(run.pnl("bs")) < 1e-9);
  CHECK(keeps(run, "exercised_early"));
  CHECK(keeps(run, "exercise_years"));
}

TEST_CASE("An American call on what yields nothing earns what the European one does, path by path") {
  auto early = one_asset("{instrument: american_call, asset: A, strike: 101, expiry: 60 d, quantity: -3}");
  auto plain = one_asset("{instrument: call, asset: A, strike: 101, expiry: 60 d, quantity: -3}");
  for (OneAsset* one : {&early, &plain}) {
    one->market = "spot: 100, implied_vol: 30 %, rate: 8 %";
    one->simulation += ", greeks: exact";
  }
  const Run one = run_yaml(early.text()), other = run_yaml(plain.text());
  CHECK_FALSE(keeps(other, "exercised_early"));
  for (std::size_t path = 0; path < 2048; ++path)
    CHECK_THAT(one.pnl("bs")[path], WithinAbs(other.pnl("bs")[path], 1e-8));
}

TEST_CASE("A holder who goes by a rule exercises at the first time that it is met, whatever is best") {
  struct Case {
    std::string kind, keys;
    Side side;
    double from;        ///< share of the strike
    std::size_t every;  ///< steps between times of exercise
  };
  const Case cases[] = {{"american_put", "exercise: 10 %", Side::put, 0.1, 1},
                        {"american_call", "exercise: 0 %", Side::call, 0, 1},
                        {"bermudan_put", "exercise: 5 %, observed: 10 d", Side::put, 0.05, 20},
                        {"american_put", "exercise: never", Side::put, 1e9, 1}};
  for (const Case& one : cases) {
    const double strike = 102, quantity = -3, premium = 7;
    const Run run = run_yaml(one_asset("{instrument: " + one.kind + ", asset: A, strike: " + number(strike) +
                                       ", expiry: 60 d, quantity: -3, premium: 7, " + one.keys + "}")
                                 .text());
    const auto record = everything(run);
    const TimeGrid& grid = run.plan().grid;
    const double rate = 0.08, horizon = grid.horizon_years();
    std::size_t early = 0;
    for (std::size_t path = 0; path < 500; ++path) {
      std::size_t end = one.every;
      const auto pays = [&](std::size_t t) {
        return std::max(0.0, sign_of(one.side) * (record.at("spot", path, t, 0) - strike));
      };
      while (end < grid.steps && !(pays(end) > 0 && pays(end) >= one.from * strike)) end += one.every;
      early += end < grid.steps ? 1 : 0;
      const double paid = pays(end) * std::exp(rate * (horizon - grid.time(end)));
      CHECK_THAT(run.pnl("unhedged")[path],
                 WithinAbs(quantity * (paid - premium * std::exp(rate * horizon)), 1e-8));
    }
    INFO(one.kind << " " << one.keys << ": " << early);
    CHECK((one.from > 1 ? early == 0 : early > 50 && early < 500));
  }
}

TEST_CASE("What options exercised early are refused for") {
  auto negative = one_asset("{instrument: american_put, asset: A, strike: 100, expiry: 60 d, quantity: 1}");
  negative.market = "spot: 100, implied_vol: 30 %, rate: -1 %";
  CHECK(reports(problems_of(negative.text()),
                {"portfolio[0]: needs a rate and a yield that are not negative"}));
  const auto many = one_asset(
      "{instrument: bermudan_put, asset: A, strike: 100, expiry: 60 d, quantity: 1, observed: 12 h}");
  CHECK(reports(problems_of(many.text()), {"portfolio[0]: has 120 dates of exercise, at most 100"}));
  const auto deep = one_asset(
      "{instrument: american_put, asset: A, strike: 100, expiry: 60 d, quantity: 1, exercise: 100 %}");
  CHECK(reports(problems_of(deep.text()), {"portfolio[0]: never pays as much as its exercise asks for"}));
  const auto plain =
      one_asset("{instrument: put, asset: A, strike: 100, expiry: 60 d, quantity: 1, exercise: never}");
  CHECK(reports(problems_of(plain.text()), {"portfolio[0].exercise: a put has no exercise"}));
}
