#include "engine/hedging/own_quotes.hpp"

#include <algorithm>
#include <cmath>

#include "engine/pricing/models.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hand_made_market.hpp"

// The volatility that a desk works out from the prices it sees, against plain sums for one path at a time.

using namespace unhedged;
using namespace unhedged::testing;
using namespace unhedged::hedging;
using pricing::RealisedVolatility;
using Weights = RealisedVolatility::Weights;

namespace {

constexpr std::size_t kSteps = 60;
const TimeGrid kGrid{kSteps, 0.004, {}};

double log_price(std::size_t step, std::size_t lane) {
  const double t = static_cast<double>(step), x = static_cast<double>(lane);
  return 0.02 * std::sin(0.7 * t + x) + 0.0003 * t * std::cos(x);
}

RealisedVolatility with(Weights weights, double of_weights, std::size_t every) {
  RealisedVolatility out{weights, of_weights, {}, 0.3};
  for (std::size_t step = 0; step <= kSteps; ++step) out.looks.push_back(step % every == 0 ? 1 : 0);
  return out;
}

/// The variance on one path at a step, from the list of all moves until then.
double plain(const RealisedVolatility& how, std::size_t at, std::size_t lane) {
  double last = log_price(0, lane), begin = 0, mean = 0.09, sum = 0, covered = 0;
  for (std::size_t step = 1; step <= at; ++step) {
    if (how.looks[step] == 0) continue;
    const double end = kGrid.time(step), move = log_price(step, lane) - last, d = end - begin;
    double last_look = 0;
    for (std::size_t k = 1; k <= at; ++k)
      if (how.looks[k] != 0) last_look = kGrid.time(k);
    if (begin >= last_look - how.of_weights - 1e-9) sum += move * move, covered += d;
    const double keep = how.weights == Weights::lambda ? how.of_weights : std::exp2(-d / how.of_weights);
    mean = keep * mean + (1 - keep) * move * move / d;
    last = log_price(step, lane), begin = end;
  }
  if (how.weights != Weights::window) return mean;
  const double missing = std::max(0.0, how.of_weights - begin);
  return (sum + 0.09 * missing) / (covered + missing);
}

}  // namespace

TEST_CASE("Realised volatility is the mean of squared moves, in a window, with a half-life or by a factor") {
  for (const RealisedVolatility& how :
       {with(Weights::window, 0.06, 1), with(Weights::window, 0.05, 3), with(Weights::window, 0.012, 3),
        with(Weights::half_life, 0.02, 1), with(Weights::half_life, 0.05, 7), with(Weights::lambda, 0.94, 1),
        with(Weights::lambda, 0.8, 4)}) {
    const auto belief =
        pricing::with_own_level(pricing::model_kinds()[0]->make(ParameterValues{std::nullopt, 0.0}), how);
    const auto own = make_own_quotes(*belief, {kGrid, 0.2});
    REQUIRE(own);
    for (int round = 0; round < 2; ++round) {  // a block after another
      own->start();
      HandMadeMarket market;
      for (std::size_t step = 0; step <= kSteps; ++step) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) market.log_spot[lane] = log_price(step, lane);
        own->look(step, market.quotes);
        CHECK(own->quotes().log_spot == market.quotes.log_spot);
        for (const std::size_t lane : {0U, 17U, 255U}) {
          const double level = (*own->quotes().quote_level)[lane],
                       expected = std::max(1e-4, plain(how, step, lane));
          CHECK(std::abs(level - expected) <= 1e-12 * expected);
        }
      }
    }
  }
}

TEST_CASE("Estimates stay between 1 % and 1000 %, and start at today's quote where no prior is stated") {
  RealisedVolatility how = with(Weights::window, 0.004, 1);
  how.prior.reset();
  const auto belief =
      pricing::with_own_level(pricing::model_kinds()[0]->make(ParameterValues{std::nullopt, 0.0}), how);
  const auto own = make_own_quotes(*belief, {kGrid, 0.25});
  own->start();
  HandMadeMarket market;
  own->look(0, market.quotes);
  CHECK((*own->quotes().quote_level)[0] == 0.0625);
  own->look(1, market.quotes);  // nothing has moved
  CHECK((*own->quotes().quote_level)[0] == 1e-4);
  market.log_spot.fill(-40);
  own->look(2, market.quotes);
  CHECK((*own->quotes().quote_level)[0] == 100);
}
