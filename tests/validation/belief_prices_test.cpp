#include <cmath>

#include "engine/pricing/black_scholes.hpp"
#include "engine/pricing/transform/cosine_series.hpp"
#include "tests/support/catch.hpp"

// Prices and deltas of the transform models against published and independently computed digits.

using namespace unhedged;
using namespace unhedged::pricing;

namespace {

struct Terms {
  double strike, years, rate = 0, yield = 0, spot = 100;
};

/// A call under an affine law, and what follows from it.
struct Call {
  AffineLaw law;
  ExponentTable table;
  double variance;
  Terms terms;

  Call(const AffineParams& params, double v, const Terms& of)
      : law(params, of.years), table(law), variance(v), terms(of) {}

  double column(CallColumn which) const {
    const double forward = terms.spot * std::exp((terms.rate - terms.yield) * terms.years);
    return CosineSeries(table, variance, which).at(std::log(forward / terms.strike));
  }
  double discount() const { return std::exp(-terms.yield * terms.years); }
  double delta() const { return discount() * column(CallColumn::shares); }
  double gamma() const { return discount() * column(CallColumn::gamma) / terms.spot; }
  double least_variance_delta() const { return discount() * column(CallColumn::hedge); }
  double call() const {
    return terms.spot * delta() -
           terms.strike * std::exp(-terms.rate * terms.years) * column(CallColumn::cash);
  }
  double put() const {
    return call() + terms.strike * std::exp(-terms.rate * terms.years) - terms.spot * discount();
  }
  /// d call / dv, from the sensitivity to the mean volatility over the life.
  double by_variance() const {
    const market::AffineVariance mean = law.mean_variance();
    const double volatility = std::sqrt(mean.constant + mean.slope * variance);
    return terms.spot * discount() * column(CallColumn::vega) * mean.slope / (2 * volatility);
  }
};

AffineParams heston(double reversion, double long_run, double xi, double correlation) {
  return {reversion, long_run, xi, correlation, {}};
}
AffineParams merton(double rate, double mean, double deviation) {
  return {0, 0, 0, 0, models::LognormalJumps{rate, mean, deviation}};
}
AffineParams kou(double rate, double up, double up_rate, double down_rate) {
  return {0, 0, 0, 0, models::DoubleExponentialJumps{rate, up, 1 / up_rate, 1 / down_rate}};
}

}  // namespace

#define CHECK_PRICE(value, expected) CHECK(std::abs((value) - (expected)) < 1e-8)

TEST_CASE("V-08: Merton's prices on Haug's grid") {
  const double exact[3][3] = {{3.4245508730748, 5.8753140277672, 8.9541950687138},
                              {3.3927544756084, 5.8736220202529, 8.9623323097599},
                              {3.3307003527144, 5.8472669801362, 8.9488882257811}};
  const double share[] = {.25, .5, .75}, rate[] = {1, 5, 10}, years[] = {.1, .25, .5};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) {
      const double deviation = .25 * std::sqrt(share[i] / rate[i]);
      const Call call(merton(rate[i], -deviation * deviation / 2, deviation), .0625 * (1 - share[i]),
                      {100, years[j], .08});
      CHECK_PRICE(call.call(), exact[i][j]);
    }
}

TEST_CASE("V-09, V-10, V-11: Merton's prices in crashes, over ten years and with small jumps") {
  const Call crash(merton(.1, -.9, .45), .0225, {100, .25, .05});
  CHECK_PRICE(crash.call(), 4.39124568920264);
  CHECK_PRICE(crash.put(), 3.14902573859079);
  CHECK_PRICE(Call(merton(.1, -1.08, .4), .0225, {100, 10, .05, .02}).put(), 18.0036289358267);
  CHECK_PRICE(Call(merton(1, -.1, .15), .04, {100, .25, .05}).call(), 5.5981391808);
}

TEST_CASE("V-12..15: Kou's prices") {
  const Call row(kou(1, .4, 10, 5), .0256, {98, .5, .05});
  CHECK_PRICE(row.call(), 9.14731730393693);
  CHECK_PRICE(row.put(), 4.72768868271353);
  CHECK_PRICE(Call(kou(.2, .5, 3, 2), .04, {110, 1}).call(), 7.27993383025898);
  CHECK_PRICE(Call(kou(.2, .5, 3, 2), .04, {1, .2, 0, 0, 1}).call(), 0.0426478049701196);
  const Call other(kou(.1, .3445, 3.0465, 3.0775), .0225, {100, .25, .05});
  CHECK_PRICE(other.call(), 3.97347884967960);
  CHECK_PRICE(other.put(), 2.73125889906774);
}

TEST_CASE("V-16..25: Heston's prices, also where the variance lives at zero") {
  const AffineParams first = heston(.5, .04, 1, -.9), third = heston(1, .09, 1, -.3);
  CHECK_PRICE(Call(first, .04, {70, 10}).call(), 35.8497697038380);
  CHECK_PRICE(Call(first, .04, {100, 10}).call(), 13.0846701369924);
  CHECK_PRICE(Call(heston(.3, .04, .9, -.5), .04, {100, 15}).call(), 16.6492229203586);
  CHECK_PRICE(Call(third, .09, {60, 5}).call(), 45.9968539763127);
  CHECK_PRICE(Call(third, .09, {100, 5}).call(), 21.7952877424735);
  CHECK_PRICE(Call(third, .09, {140, 5}).call(), 9.98306782379845);
  CHECK_PRICE(Call(third, .09, {60, 5, .05}).call(), 56.5750246697533);
  CHECK_PRICE(Call(third, .09, {140, 5, .05}).call(), 18.1569568933232);
  CHECK_PRICE(Call(heston(6.21, .019, .61, -.7), .010201, {100, 1, .0319}).call(), 6.80611331346203);
  CHECK_PRICE(Call(heston(2, .09, 1, -.3), .09, {100, 5, .05}).call(), 34.9997583511838);
  CHECK_PRICE(Call(heston(1, .16, 2, -.8), .16, {200, 10}).call(), 4.95211472087976);
  const AffineParams lewis = heston(4, .25, 1, -.5);
  CHECK_PRICE(Call(lewis, .04, {80, 1, .01, .02}).put(), 7.95887811325677);
  CHECK_PRICE(Call(lewis, .04, {90, 1, .01, .02}).put(), 12.0179667073463);
  CHECK_PRICE(Call(lewis, .04, {100, 1, .01, .02}).put(), 17.0552709612701);
  CHECK_PRICE(Call(lewis, .04, {100, 1, .01, .02}).call(), 16.0701549170288);
  CHECK_PRICE(Call(lewis, .04, {110, 1, .01, .02}).call(), 12.1322115167098);
  CHECK_PRICE(Call(lewis, .04, {120, 1, .01, .02}).call(), 9.02491348345784);
  const AffineParams fang = heston(1.5768, .0398, .5751, -.5711);
  CHECK_PRICE(Call(fang, .0175, {100, 1}).call(), 5.78515543437619);
  CHECK_PRICE(Call(fang, .0175, {100, 10}).call(), 22.3189457911545);
  const AffineParams cosine = heston(4, .22, 1.8, -.75);
  CHECK_PRICE(Call(cosine, .1, {120, 1, .15, .07}).call(), 9.36441058842602);
  CHECK_PRICE(Call(cosine, .1, {250, 1, .15, .07}).call(), .0103679765813918);
  CHECK_PRICE(Call(cosine, .1, {80, 1, .15, .07}).put(), 5.31909297183664);
  CHECK_PRICE(Call(cosine, .1, {10, 1, .15, .07}).put(), .0103268190633253);
  CHECK_PRICE(Call(heston(4, .05, .4, -.75), .1, {100, 1, .05, .075}).put(), 10.1470415154972);
}

TEST_CASE("V-31, V-33: Bates' price, and that it becomes Heston's and Merton's") {
  AffineParams bates = heston(3.99, .014, .27, -.79);
  bates.jumps = models::LognormalJumps{.11, std::log(.88) - .15 * .15 / 2, .15};
  CHECK_PRICE(Call(bates, .008836, {100, 5, .0319}).call(), 20.1641545822443);
  AffineParams still = merton(1, -.1, .15), barely = still;
  barely.vol_of_variance = 1e-9;
  CHECK_PRICE(Call(barely, .04, {100, .25, .05}).call(), Call(still, .04, {100, .25, .05}).call());
  AffineParams without = heston(4, .25, 1, -.5);
  const double plain = Call(without, .04, {90, 1, .01}).call();
  without.jumps = models::LognormalJumps{1e-12, -.1, .15};
  CHECK_PRICE(Call(without, .04, {90, 1, .01}).call(), plain);
}

TEST_CASE("V-27, V-28, V-60: Heston's delta, gamma, sensitivity to variance and minimum-variance delta") {
  struct Row {
    AffineParams params;
    double v;
    Terms terms;
    double delta, by_variance, least;
  };
  for (const Row& row :
       {Row{heston(6.21, .019, .61, -.7),
            .010201,
            {100, 1, .0319},
            .695813630024,
            22.08414714,
            .601514321717},
        Row{heston(4, .25, 1, -.5), .04, {100, 1, .01, .02}, .599471325750, 10.17926540, .548574998728},
        Row{heston(2, .04, .5, -.7), .04, {100, .5}, .617008315269638, 0, .460375389988149}}) {
    const Call call(row.params, row.v, row.terms);
    CHECK_PRICE(call.delta(), row.delta);
    CHECK_PRICE(call.least_variance_delta(), row.least);
    if (row.by_variance > 0) CHECK(std::abs(call.by_variance() - row.by_variance) < 2e-8);
  }
  CHECK_PRICE(Call(heston(6.21, .019, .61, -.7), .010201, {100, 1, .0319}).gamma(), .0265433644);
  CHECK_PRICE(Call(heston(2, .04, .5, -.7), .04, {100, .5}).call(), 5.18076346206246);
}
