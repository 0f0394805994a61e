#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// Expiries inside the horizon are settled at grid times: one that falls between two goes to the nearest, and
// says so.

using namespace unhedged;
using namespace unhedged::testing;

namespace {

struct Case {
  std::string calendar, sessions, step, expiry, nearest, shift;
};

OneAsset book(const Case& c, const std::string& expiry) {
  OneAsset config;
  config.calendar = c.calendar;
  config.sessions = c.sessions;
  config.market = "spot: 100, implied_vol: 40 %, rate: 3 %, yield: 1 %";
  config.positions = "[{instrument: put, asset: A, strike: 100, expiry: " + expiry + ", quantity: -1}]";
  config.hedgers = "{h: {model: black_scholes}}";
  config.simulation = "horizon: 10 d, step: " + c.step + ", paths: 64, seed: 3";
  return config;
}

/// A grid and expiries around its times and its end, where rates and yields are zero.
struct Around {
  std::string calendar, sessions, simulation;
  std::vector<std::string> expiries;
};

const std::vector<Around> kAround{
    {"continuous",
     "",
     "horizon: 30 d, step: 1 d",
     {"1 mo", "29 d", "29.4 d", "29.5 d", "29.999 d", "30 d", "30.0000001 d", "30.2 d", "30.4 d", "30.5 d",
      "30.6 d", "31 d", "45 d"}},
    {"continuous",
     "",
     "horizon: 60 h, step: 1.5 h",
     {"1.5 h", "2.2 h", "2.25 h", "8.25 h", "8.3 h", "59.2 h", "59.9 h", "60 h", "60.1 h", "60.5 h",
      "60.74 h", "60.75 h", "61 h"}},
    {"continuous",
     "",
     "horizon: 2 min, step: 1 s",
     {"119.4 s", "119.6 s", "120.001 s", "120.02 s", "120.04 s", "120.4 s", "121 s"}},
    {"trading", "", "horizon: 10 d, step: 1 d", {"9.4 d", "9.6 d", "10.3 d", "10.49 d", "10.5 d", "11 d"}},
    {"trading",
     "{overnight_variance: 30 %}",
     "horizon: 10 d, step: 3.25 h",
     {"9.7 d", "10 d", "10.01 d", "10.2 d", "10.3 d", "11 d"}},
    {"trading",
     "{overnight_variance: 1 %}",
     "horizon: 3 d, step: 30 min",
     {"19.2 h", "19.3 h", "19.5 h", "19.501 h", "19.6 h", "19.7 h", "5 d"}}};

OneAsset bought(const Around& around, const std::string& contract, const std::string& expiry) {
  OneAsset config;
  config.calendar = around.calendar;
  config.sessions = around.sessions;
  config.market = "spot: 100, implied_vol: 50 %";
  config.dynamics = "{model: gbm, volatility: 50 %}";
  config.positions = "[{" + contract + ", asset: A, expiry: " + expiry + ", quantity: 1}]";
  config.hedgers = "{unhedged: {model: none}, h: {model: black_scholes, costs: none}}";
  config.simulation = around.simulation + ", paths: 512, seed: 4";
  return config;
}

}  // namespace

TEST_CASE(
    "A contract is settled once: a forward pays what the price gains until it is, hedged it pays nothing") {
  for (const Around& around : kAround)
    for (const std::string& expiry : around.expiries) {
      INFO(around.calendar << " " << around.simulation << ": " << expiry);
      const Run run = run_yaml(bought(around, "instrument: forward, strike: 90", expiry).text());
      const simulation::PathRecord record = everything(run);
      const TimeGrid& grid = run.plan().grid;
      const std::size_t end =
          std::min(locate(grid, run.plan().assets[0].book.buckets[0].expiry_years).step, grid.steps);
      double worst = 0, hedged = 0;
      for (std::size_t p = 0; p < run.plan().paths; ++p) {
        worst = std::max(worst, std::abs(run.pnl("unhedged")[p] - (record.at("spot", p, end, 0) - 100)));
        hedged = std::max(hedged, std::abs(run.pnl("h")[p]));
      }
      CHECK(worst < 1e-9);
      CHECK(hedged < 1e-9);
    }
}

TEST_CASE("An option bought for what it is worth makes nothing on average, wherever the horizon is") {
  StatisticalFamily family(1e-4, 104);
  for (const Around& around : kAround)
    for (const std::string& expiry : around.expiries)
      for (const char* contract : {"instrument: call, strike: 90", "instrument: put, strike: 105"}) {
        const Run run = run_yaml(bought(around, contract, expiry).text());
        const SampleMoments pnl = sample_moments(run.pnl("unhedged"));
        family.check(around.simulation + " " + contract + " " + expiry, pnl.mean, pnl.mean_error, 0);
      }
}

TEST_CASE(
    "An expiry between two grid times is the nearest one in every number, with a warning that states the "
    "shift") {
  const std::string nights = "{overnight_variance: 30 %}";
  for (const Case& c : {Case{"continuous", "", "6 h", "100 h", "102 h", "2 h later"},
                        Case{"continuous", "", "6 h", "98.5 h", "96 h", "2.5 h earlier"},
                        Case{"continuous", "", "1 d", "12 h", "1 d", "12 h later"},
                        Case{"continuous", "", "1 h", "239.8 h", "240 h", "12 min later"},
                        Case{"trading", "", "1 d", "4.4 d", "4 d", "2.6 h earlier"},
                        Case{"trading", nights, "3.25 h", "15.5 h", "16.25 h", "45 min later"},
                        Case{"trading", nights, "30 min", "13.8 h", "14 h", "12 min later"},
                        Case{"trading", nights, "3.25 h", "12 h", "13 h", "60 min later"}}) {
    INFO(c.calendar << " " << c.sessions << " " << c.step << ": " << c.expiry);
    const Run moved = run_yaml(book(c, c.expiry).text()), there = run_yaml(book(c, c.nearest).text());
    REQUIRE(moved.configuration->warnings.size() == 1);
    const std::string warning = to_string(moved.configuration->warnings[0]);
    INFO(warning);
    CHECK(warning.find("portfolio[0].expiry") != std::string::npos);
    CHECK(warning.find("to the nearest, " + c.shift) != std::string::npos);
    CHECK(there.configuration->warnings.empty());
    for (const char* hedger : {"h", "unhedged"})
      for (std::size_t p = 0; p < 64; ++p) CHECK(moved.pnl(hedger)[p] == there.pnl(hedger)[p]);
  }
}

TEST_CASE(
    "An expiry that a grid time would put off to twice its length or to today is refused - past the horizon "
    "none is moved") {
  const Case day{"continuous", "", "1 d", "", "", ""};
  CHECK_THROWS_AS(run_yaml(book(day, "11 h").text()), ConfigError);
  const Run past = run_yaml(book(day, "10.3 d").text());
  CHECK(past.configuration->warnings.empty());
  CHECK(std::abs(past.plan().assets[0].book.buckets[0].expiry_years - 10.3 / 365) < 1e-12);
}
