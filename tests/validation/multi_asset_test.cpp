#include <cmath>
#include <random>
#include <span>

#include "tests/support/catch.hpp"
#include "tests/support/multi_asset.hpp"

// Options on several assets against published prices and slow ones; numbers and sources in REFERENCES.md.

using namespace unhedged;
using namespace unhedged::testing;
using Catch::Matchers::WithinAbs;

TEST_CASE("V-66: the exchange of one asset for another") {
  auto of = on_two("exchange", 22, 20, 0.20, 0.15, -0.5);
  of.rate = 0.1;
  of.yields = {0.06, 0.04};
  of.expiry_years = 0.1;
  CHECK_THAT(of.value(), WithinAbs(2.12506199871174, 1e-12));
  of.volatilities = {0.2, 0.2};
  of.correlation = all_at(2, 0.5);
  of.expiry_years = 0.5;
  CHECK_THAT(of.value(), WithinAbs(2.23062319232918, 1e-12));
  CHECK_THAT(on_two("exchange", 100, 100, 0.3, 0.3, 0.5).value(), WithinAbs(11.9235384740485, 1e-11));
  CHECK_THAT(on_two("exchange", 100, 100, 0.3, 0.3, 0.95).value(), WithinAbs(3.78327999985927, 1e-11));
}

TEST_CASE("V-68: the spread of two futures, to 2e-6; Kirk is off by 4e-4") {
  struct Row {
    double rho, expiry, price;
  };
  for (const Row& row :
       {Row{-0.5, 0.1, 4.75281487073393}, Row{0, 0.1, 3.79682366649374}, Row{0.5, 0.1, 2.55360939996077},
        Row{0, 0.5, 8.70140332895358}, Row{0.5, 0.5, 6.02546288345435}}) {
    auto of = on_two("spread_call", 122, 120, 0.2, 0.2, row.rho);
    of.rate = 0.1;
    of.yields = {0.1, 0.1};
    of.strike = 3;
    of.expiry_years = row.expiry;
    CHECK_THAT(integrated_call(of), WithinAbs(row.price, 1e-10));
    CHECK_THAT(of.value(), WithinAbs(row.price, 1.2e-5));
    CHECK(of.value() <= row.price);  // it is what the best rule of its kind earns
  }
}

namespace {

struct Range {
  double volatility, other, most_years;
};

/// Greatest error of calls on two assets over a range of markets, as a share of what is received.
double worst_error(const std::string& kind, double rho, const Range& range) {
  double worst = 0;
  for (const double sigma : {range.volatility, range.other})
    for (const double other : {range.volatility, range.other})
      for (const double years : {0.02, 0.1, range.most_years})
        for (const double strike : {0.02, 0.2, 0.5, 0.8, 1.0, 1.25}) {
          auto of = on_two(kind, 100, 70, sigma, other, rho);
          of.expiry_years = years;
          of.strike = strike * (kind == "basket_call" ? 170 : 60);
          const double scale = kind == "basket_call" ? 170 : 100;
          worst = std::max(worst, std::abs(of.value() - integrated_call(of)) / scale);
        }
  return worst;
}

}  // namespace

TEST_CASE("Spreads and baskets of two assets against integration") {
  // the worst of strikes from a fiftieth to five quarters of what is received, volatilities of 30 and 80 %
  struct Row {
    const char* kind;
    double rho, month, quarter;
  };
  const Range month{0.3, 0.8, 0.1}, quarter{0.3, 0.8, 0.25};
  for (const Row& row : {Row{"spread_call", -0.8, 3e-6, 2e-5}, Row{"spread_call", 0.0, 5e-5, 3e-4},
                         Row{"spread_call", 0.8, 2e-4, 5e-4}, Row{"spread_call", 0.95, 1e-4, 3e-4},
                         Row{"basket_call", -0.5, 2e-3, 6e-3}, Row{"basket_call", 0.0, 6e-4, 2e-3},
                         Row{"basket_call", 0.5, 2e-4, 5e-4}, Row{"basket_call", 0.8, 3e-5, 1e-4},
                         Row{"basket_call", 0.95, 2e-6, 1e-5}}) {
    INFO(row.kind << " at a correlation of " << row.rho);
    CHECK(worst_error(row.kind, row.rho, month) < row.month);
    CHECK(worst_error(row.kind, row.rho, quarter) < row.quarter);
  }
}

namespace {

struct Slow {
  double value, error;
};

/// A call on the product of the prices, each to the power of its share in the basket, which starts where the
/// basket does: lognormal.
double geometric_call(const MultiAssetCase& of, std::span<const double> share, double basket) {
  double mean = 0, variance = 0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    const double sd = of.volatilities[i];
    mean -= 0.5 * share[i] * sd * sd * of.expiry_years;
    for (std::size_t j = 0; j < share.size(); ++j)
      variance += share[i] * share[j] * of.correlation(i, j) * sd * of.volatilities[j] * of.expiry_years;
  }
  const double forward = basket * std::exp(mean + 0.5 * variance);
  return pricing::black_scholes_value({pricing::Right::call, of.strike, 1}, forward, std::sqrt(variance), {});
}

/// A basket call by simulation, with the geometric one as control and its mirror image.
Slow simulated_basket(const MultiAssetCase& of, int paths) {
  const std::size_t n = of.spots.size();
  const math::SquareMatrix factor = math::cholesky_factor(of.correlation);
  const double root = std::sqrt(of.expiry_years);
  std::vector<double> share(n);
  double basket = 0;
  for (std::size_t i = 0; i < n; ++i) basket += of.weights[i] * of.spots[i];
  for (std::size_t i = 0; i < n; ++i) share[i] = of.weights[i] * of.spots[i] / basket;
  std::mt19937_64 generator(7);
  std::normal_distribution<double> normal;
  double sum = 0, squares = 0;
  for (int path = 0; path < paths; ++path) {
    double z[8], both = 0;
    for (std::size_t i = 0; i < n; ++i) z[i] = normal(generator);
    for (const double sign : {1.0, -1.0}) {
      double total = 0, log_product = 0;
      for (std::size_t i = 0; i < n; ++i) {
        double w = 0;
        for (std::size_t j = 0; j <= i; ++j) w += sign * factor(i, j) * z[j];
        const double sd = of.volatilities[i] * root, log_price = sd * w - 0.5 * sd * sd;
        total += of.weights[i] * of.spots[i] * std::exp(log_price);
        log_product += share[i] * log_price;
      }
      both += std::max(total - of.strike, 0.0) - std::max(basket * std::exp(log_product) - of.strike, 0.0);
    }
    sum += 0.5 * both;
    squares += 0.25 * both * both;
  }
  const double mean = sum / paths;
  return {mean + geometric_call(of, share, basket), std::sqrt((squares / paths - mean * mean) / paths)};
}

}  // namespace

TEST_CASE("A basket of four against simulation") {
  MultiAssetCase of;
  of.kind = "basket_call";
  of.spots = {100, 50, 20, 10};
  of.weights = {0.25, 0.5, 1.25, 2.5};
  of.volatilities = {0.5, 0.7, 0.9, 0.6};
  of.correlation = all_at(4, 0.5);
  of.correlation.set_both(0, 1, 0.8);
  of.correlation.set_both(2, 3, 0.3);
  of.expiry_years = 0.25;
  for (const double strike : {80.0, 100.0, 125.0}) {
    of.strike = strike;
    const Slow slow = simulated_basket(of, 2'000'000);
    INFO(strike << ": " << of.value() << " for " << slow.value << " +- " << slow.error);
    CHECK(std::abs(of.value() - slow.value) < 4.5 * slow.error + 0.04);
    CHECK(of.value() < slow.value + 4.5 * slow.error);
  }
}
