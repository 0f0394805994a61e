#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/run_yaml.hpp"
#include "tests/support/statistics.hpp"

// European options priced by the engine: an unhedged book of one option bought for nothing, whose mean
// P&L at expiry is the undiscounted price.

using namespace unhedged::testing;

namespace {

struct Option {
  const char* right;
  double strike;
  double price;
};

struct Market {
  double spot, rate, yield, expiry;
};

struct Effort {
  int steps, paths;
  double bias = 0;  ///< bound on the discretisation error of the price, absolute
};

void check_prices(const char* id, const Market& market, const std::string& dynamics,
                  const std::vector<Option>& options, const Effort& effort, StatisticalFamily& family) {
  for (const Option& option : options) {
    OneAsset config;
    config.market = "spot: " + number(market.spot) + ", implied_vol: 20 %, rate: " + number(market.rate) +
                    ", yield: " + number(market.yield);
    config.positions = std::string("[{instrument: ") + option.right +
                       ", asset: A, strike: " + number(option.strike) + ", expiry: " + number(market.expiry) +
                       " y, quantity: 1, premium: 0}]";
    config.dynamics = dynamics;
    config.simulation = "horizon: " + number(market.expiry) + " y, steps: " + std::to_string(effort.steps) +
                        ", paths: " + std::to_string(effort.paths) + ", seed: 11";
    const Run run = run_yaml(config.text());
    const SampleMoments m = sample_moments(run.pnl("unhedged"));
    const double discount = std::exp(-market.rate * market.expiry);
    family.check(std::string(id) + " K=" + number(option.strike), discount * m.mean, discount * m.mean_error,
                 option.price, effort.bias);
  }
}

std::string heston(double v0, double kappa, double theta, double xi, double rho,
                   const std::string& more = "") {
  return "{model: " + std::string(more.empty() ? "heston" : "bates") +
         ", volatility: " + number(std::sqrt(v0)) + ", long_run_volatility: " + number(std::sqrt(theta)) +
         ", mean_reversion: " + number(kappa) + ", vol_of_variance: " + number(xi) +
         ", correlation: " + number(rho) + more + "}";
}

std::string jumps(double rate, double mean, double deviation) {
  return ", jump_rate: " + number(rate) + ", jump_mean: " + number(mean) + ", jump_vol: " + number(deviation);
}

std::string merton(double volatility, double rate, double mean, double deviation) {
  return "{model: merton, volatility: " + number(volatility) + jumps(rate, mean, deviation) + "}";
}

}  // namespace

TEST_CASE("V-08 to V-11: Merton's jump diffusion is exact at any step", "[statistics]") {
  StatisticalFamily family(1e-4, 9);
  const auto haug = [](double share, double rate) {
    const double deviation = 0.25 * std::sqrt(share / rate);
    return merton(0.25 * std::sqrt(1 - share), rate, -0.5 * deviation * deviation, deviation);
  };
  const int paths = 400'000;
  check_prices("V-08", {100, .08, 0, .1}, haug(.25, 1), {{"call", 100, 3.4245508730748}}, {1, paths}, family);
  check_prices("V-08", {100, .08, 0, .25}, haug(.5, 5), {{"call", 100, 5.8736220202529}}, {5, paths}, family);
  check_prices("V-08", {100, .08, 0, .5}, haug(.75, 10), {{"call", 100, 8.9488882257811}}, {3, paths},
               family);
  check_prices("V-09", {100, .05, 0, .25}, merton(.15, .1, -.9, .45),
               {{"call", 100, 4.39124568920264}, {"put", 100, 3.14902573859079}}, {4, paths}, family);
  check_prices("V-10", {100, .05, .02, 10}, merton(.15, .1, -1.08, .4), {{"put", 100, 18.0036289358267}},
               {10, paths}, family);
  check_prices("V-11", {100, .05, 0, .25}, merton(.2, 1, -.1, .15), {{"call", 100, 5.5981391808}},
               {13, paths}, family);
}

// The bias allowed for QE at these steps is 5 basis points of the spot in the cases that violate Feller's
// condition badly (V-16, 17, 21), 2 in the others: Andersen (2008), tables 4-7, finds less.
constexpr double kHard = 0.05, kEasy = 0.02;

TEST_CASE("V-16 to V-21: Heston, the cases that break schemes", "[statistics]") {
  StatisticalFamily family(1e-4, 10);
  const int paths = 200'000;
  check_prices("V-16", {100, 0, 0, 10}, heston(.04, .5, .04, 1, -.9),
               {{"call", 70, 35.8497697038380}, {"call", 100, 13.0846701369924}}, {160, paths, kHard},
               family);
  check_prices("V-17", {100, 0, 0, 15}, heston(.04, .3, .04, .9, -.5), {{"call", 100, 16.6492229203586}},
               {240, paths, kHard}, family);
  check_prices(
      "V-18", {100, 0, 0, 5}, heston(.09, 1, .09, 1, -.3),
      {{"call", 60, 45.9968539763127}, {"call", 100, 21.7952877424735}, {"call", 140, 9.98306782379845}},
      {160, paths, kEasy}, family);
  check_prices("V-19", {100, .0319, 0, 1}, heston(.010201, 6.21, .019, .61, -.7),
               {{"call", 100, 6.80611331346203}}, {64, paths, kEasy}, family);
  check_prices("V-20", {100, .05, 0, 5}, heston(.09, 2, .09, 1, -.3), {{"call", 100, 34.9997583511838}},
               {160, paths, kEasy}, family);
  check_prices("V-21", {100, 0, 0, 10}, heston(.16, 1, .16, 2, -.8), {{"call", 200, 4.95211472087976}},
               {320, paths, kHard}, family);
}

TEST_CASE("V-22 to V-25: Heston with rates, yields and wings", "[statistics]") {
  StatisticalFamily family(1e-4, 12);
  const int paths = 200'000;
  const std::string lewis = heston(.04, 4, .25, 1, -.5);
  check_prices("V-22", {100, .01, .02, 1}, lewis,
               {{"put", 80, 7.95887811325677},
                {"put", 100, 17.0552709612701},
                {"call", 100, 16.0701549170288},
                {"call", 120, 9.02491348345784}},
               {64, paths, kEasy}, family);
  const std::string fang = heston(.0175, 1.5768, .0398, .5751, -.5711);
  check_prices("V-23", {100, 0, 0, 1}, fang, {{"call", 100, 5.78515543437619}}, {64, paths, kEasy}, family);
  check_prices("V-23", {100, 0, 0, 10}, fang, {{"call", 100, 22.3189457911545}}, {160, paths, kEasy}, family);
  check_prices("V-24", {100, .15, .07, 1}, heston(.1, 4, .22, 1.8, -.75),
               {{"call", 120, 9.36441058842602},
                {"call", 250, .0103679765813918},
                {"put", 80, 5.31909297183664},
                {"put", 10, .0103268190633253}},
               {128, paths, kEasy}, family);
  check_prices("V-25", {100, .05, .075, 1}, heston(.1, 4, .05, .4, -.75), {{"put", 100, 10.1470415154972}},
               {64, paths, kEasy}, family);
}

TEST_CASE("V-12 to V-15: Kou's double-exponential jumps, exact at any step", "[statistics]") {
  StatisticalFamily family(1e-4, 6);
  const auto kou = [](double volatility, double rate, double p, double eta1, double eta2) {
    return "{model: kou, volatility: " + number(volatility) + ", jump_rate: " + number(rate) +
           ", up_probability: " + number(p) + ", up_mean: " + number(1 / eta1) +
           ", down_mean: " + number(1 / eta2) + "}";
  };
  const int paths = 400'000;
  check_prices("V-12", {100, .05, 0, .5}, kou(.16, 1, .4, 10, 5),
               {{"call", 98, 9.14731730393693}, {"put", 98, 4.72768868271353}}, {3, paths}, family);
  check_prices("V-13", {100, 0, 0, 1}, kou(.2, .2, .5, 3, 2), {{"call", 110, 7.27993383025898}}, {1, paths},
               family);
  check_prices("V-14", {1, 0, 0, .2}, kou(.2, .2, .5, 3, 2), {{"call", 1, .0426478049701196}}, {5, paths},
               family);
  check_prices("V-15", {100, .05, 0, .25}, kou(.15, .1, .3445, 3.0465, 3.0775),
               {{"call", 100, 3.97347884967960}, {"put", 100, 2.73125889906774}}, {2, paths}, family);
}

TEST_CASE("V-32, V-34: SVCJ, the case of Broadie and Kaya and bitcoin's parameters", "[statistics]") {
  StatisticalFamily family(1e-4, 7);
  const auto svcj = [&](const std::string& base, double variance_mean, double correlation) {
    std::string text = base;
    text.replace(text.find("bates"), 5, "svcj");
    text.back() = ',';
    return text + " variance_jump_mean: " + number(variance_mean) +
           ", jump_correlation: " + number(correlation) + "}";
  };
  const double mean32 = std::log((1 - .10) * (1 + .38 * .05)) - .5 * .0001 * .0001;
  check_prices("V-32", {100, .0319, 0, 1},
               svcj(heston(.007569, 3.46, .008, .14, -.82, jumps(.47, mean32, .0001)), .05, -.38),
               {{"call", 100, 6.86187562142478}}, {256, 200'000, kEasy}, family);
  const std::string bitcoin =
      svcj(heston(.4, 16.5, .136363636, 1.65831239518, .008, jumps(6.25, .000252982213, .126079340100)), .706,
           -.003 / std::sqrt(250.0));
  check_prices(
      "V-34", {100, 0, 0, 30.0 / 365}, bitcoin,
      {{"call", 80, 21.2417822774207}, {"call", 100, 7.64102014649818}, {"call", 120, 2.20562878281229}},
      {120, 200'000, kHard}, family);
  check_prices(
      "V-34", {100, 0, 0, .25}, bitcoin,
      {{"call", 80, 24.7445425637146}, {"call", 100, 13.4341838821977}, {"call", 120, 7.08275893009817}},
      {365, 200'000, kHard}, family);
}

TEST_CASE("V-31: Bates, the SVJ case of Broadie and Kaya", "[statistics]") {
  StatisticalFamily family(1e-4, 1);
  const double deviation = .15, mean = std::log(1 - .12) - .5 * deviation * deviation;
  check_prices("V-31", {100, .0319, 0, 5},
               heston(.008836, 3.99, .014, .27, -.79, jumps(.11, mean, deviation)),
               {{"call", 100, 20.1641545822443}}, {160, 400'000, kEasy}, family);
}
