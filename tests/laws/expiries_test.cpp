#include <cmath>

#include "engine/core/errors.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"

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

}  // namespace

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
