#include <cmath>
#include <random>

#include "engine/pricing/black_scholes.hpp"
#include "engine/pricing/models/black_scholes.hpp"
#include "engine/pricing/valuation.hpp"
#include "tests/support/catch.hpp"

// Many places of one quote at one level, against the same places path by path.

using namespace unhedged;
using namespace unhedged::pricing;

namespace {

PricedBook two_expiries() {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  PricedBook book;
  book.spot_today = 100;
  book.spot_units = 3;
  book.carry = {.03, .01};
  for (const double expiry : {.01, .4}) {
    CallArrays calls;
    calls.expiry_years = expiry;
    calls.units = 2;
    calls.cash = 150;
    for (int k = 0; k < 30; ++k) {
      calls.log_strike.push_back(-.6 + .04 * k);
      calls.quantity.push_back(uniform(random));
      calls.strike_quantity.push_back(calls.quantity.back() * 100 * std::exp(calls.log_strike.back()));
    }
    calls.sum_gross();
    book.expiries.push_back(calls);
  }
  return book;
}

market::ImpliedCurve curve(bool moves, double skew) {
  market::ImpliedCurve out;
  out.long_run = .3;
  out.mean_reversion = 4;
  out.moves_with_level = moves;
  out.skew = skew;
  return out;
}

struct Places {
  std::vector<double> x, spot;

  explicit Places(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      x.push_back(-.5 + std::fmod(.6180339887 * static_cast<double>(i), 1.0));
      spot.push_back(100 * std::exp(x.back()));
    }
  }
};

/// All at one level, path by path.
std::vector<double> path_by_path(const Valuation& valuation, const std::vector<market::ImpliedCurve>& quotes,
                                 const Places& at, double level, Greek greek) {
  std::vector<double> out;
  const LaneIndex up{};
  const Lanes levels = filled_with(level);
  for (std::size_t first = 0; first < at.x.size(); first += kLanes) {
    Lanes x = filled_with(0), spot = filled_with(100), values;
    const std::size_t count = std::min(kLanes, at.x.size() - first);
    std::copy_n(at.x.data() + first, count, x.data());
    std::copy_n(at.spot.data() + first, count, spot.data());
    valuation.evaluate(0, {&x, &spot, &levels, quotes, &up, 1}, greek, values);
    out.insert(out.end(), values.data(), values.data() + count);
  }
  return out;
}

}  // namespace

TEST_CASE("A line of places is worth what they are worth one by one, within tables and beyond") {
  const PricedBook book = two_expiries();
  const std::vector<std::vector<bool>> used{{true}};
  for (const bool moves : {true, false})
    for (const double skew : {0.0, -0.02})
      for (const bool tabulated : {true, false}) {
        const std::vector<market::ImpliedCurve> quotes{curve(moves, skew)};
        const auto valuation = make_valuation(black_scholes_belief(),
                                              {&book, &quotes, &used, {0}, {Greek::value, Greek::delta}, {}});
        if (tabulated) {
          valuation->share({{-.3, .3, .1, .5}});
          for (std::size_t part = 0; part < valuation->parts(); ++part) valuation->make(part);
          valuation->prepare(0);
        }
        for (const std::size_t count : {1, 255, 256, 700})
          for (const double level : {.05, .1, .2345, .5, .8}) {
            const Places at(count);
            for (const Greek greek : {Greek::value, Greek::delta}) {
              std::vector<double> out(count);
              valuation->evaluate_line(0, {0, level, at.x, at.spot}, greek, out);
              const std::vector<double> expected = path_by_path(*valuation, quotes, at, level, greek);
              double worst = 0;
              for (std::size_t i = 0; i < count; ++i) worst = std::max(worst, std::abs(out[i] - expected[i]));
              INFO("moves " << moves << " skew " << skew << " tabulated " << tabulated << " level " << level);
              // below all levels of a table a line has a row of its own, where paths are exact
              const double part = tabulated && moves && skew == 0 && level < .1 ? 1e-8 : 1e-11;
              CHECK(worst <= part * (greek == Greek::value ? 100 * 60 : 60));
            }
          }
      }
}

TEST_CASE("Quotes that are shocked keep the bounds of their tables, at any level") {
  const PricedBook book = two_expiries();
  const std::vector<std::vector<bool>> used{{true}};
  const std::vector<market::ImpliedCurve> quotes{curve(true, 0)};
  const VolatilityShift shifts[] = {{1.4, 0, 0},  {1, .1, 0},   {1, -.1, 0},   {.6, 0, 0},
                                    {1.5, 0, .6}, {1, -.35, 0}, {1.2, .05, .7}};
  for (const VolatilityShift& shift : shifts) {
    const QuoteShock shock{[&](double) { return shift; }, .01};
    const Valued what{&book, &quotes, &used, {0}, {Greek::value}, {}};
    const auto tables = make_valuation(shocked_belief(shock), what),
               exact = make_valuation(shocked_belief(shock), what);
    tables->share({{-.3, .3, .02, .5}});
    for (std::size_t part = 0; part < tables->parts(); ++part) tables->make(part);
    tables->prepare(0);
    const Places at(500);
    for (const double level : {.021, .034, .1, .2345, .36, .49, .7}) {
      INFO("factor " << shift.factor << " points " << shift.points << " least " << shift.least << " level "
                     << level);
      const std::vector<double> expected = path_by_path(*exact, quotes, at, level, Greek::value),
                                paths = path_by_path(*tables, quotes, at, level, Greek::value);
      std::vector<double> line(at.x.size());
      tables->evaluate_line(0, {0, level, at.x, at.spot}, Greek::value, line);
      double worst = 0;
      for (std::size_t i = 0; i < line.size(); ++i)
        worst = std::max({worst, std::abs(line[i] - expected[i]), std::abs(paths[i] - expected[i])});
      CHECK(worst <= 2e-6 * 60 * 165);  // of shares and of cash, at the largest spot
    }
    const double level = .3, volatility = std::sqrt(quotes[0].variance(.4 + .01).constant +
                                                    quotes[0].variance(.4 + .01).slope * level);
    const double shifted = std::max(shift.least, shift.factor * volatility + shift.points);
    CallArrays one = book.expiries[1];
    one.units = one.cash = 0;
    one.log_strike = {0};
    one.quantity = {1};
    one.strike_quantity = {100};
    one.sum_gross();
    const PricedBook alone{{one}, 0, 100, book.carry};
    const auto call =
        make_valuation(shocked_belief(shock), {&alone, &quotes, &used, {0}, {Greek::value}, {}});
    const std::vector<double> x{.05}, spot{100 * std::exp(.05)};
    double value = 0;
    call->evaluate_line(0, {0, level, x, spot}, Greek::value, {&value, 1});
    CHECK(value == Approx(black_scholes_value({Right::call, 100, .4}, spot[0], shifted, book.carry)));
  }
}
