#include <algorithm>
#include <cmath>
#include <random>

#include "engine/market/quote_arbitrage.hpp"
#include "engine/market/surface_fit.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "tests/support/catch.hpp"

// Surfaces of implied volatility: fits give back what they are made of, and no fit leaves static arbitrage.
// The absence of arbitrage is tested on the functions themselves, not on the conditions the fit imposes:
//   butterfly  Gatheral's g(k) >= 0 (Gatheral and Jacquier 2014, eq. 2.1);  calendar  w(k, t) never falls in
//   t.

using namespace unhedged::market;

namespace {

using Slices = std::vector<SurfaceSlice>;

SurfaceSlice slice(double expiry, double theta, double rho, double psi) {
  return {expiry, theta, psi, rho * psi};
}

/// Skewed and inverted, as a market under stress; the correlation differs from expiry to expiry.
const Slices kStress{slice(7 / 365.0, 0.0155, -0.55, 0.085), slice(30 / 365.0, 0.045, -0.5, 0.2),
                     slice(60 / 365.0, 0.072, -0.42, 0.29), slice(180 / 365.0, 0.17, -0.35, 0.5),
                     slice(1, 0.3, -0.3, 0.7)};
/// One correlation and one power law: surface SSVI of Gatheral and Jacquier.
const Slices kSsvi{slice(0.1, 0.004, -0.7, 0.05), slice(0.25, 0.011, -0.7, 0.09),
                   slice(0.5, 0.023, -0.7, 0.14), slice(2, 0.1, -0.7, 0.35)};

std::vector<VolQuote> quotes_of(const Slices& slices, double noise = 0) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<VolQuote> out;
  for (const SurfaceSlice& s : slices)
    for (double deviations = -2.5; deviations < 2.51; deviations += 0.5) {
      const double k = deviations * std::sqrt(s.theta);
      out.push_back({s.expiry_years, k, s.volatility(k) + (noise > 0 ? noise * normal(random) : 0)});
    }
  return out;
}

/// Gatheral's g by differences; negative where the density is.
double density_factor(const SurfaceSlice& s, double k) {
  const double h = 1e-4, w = s.total_variance(k), up = s.total_variance(k + h),
               down = s.total_variance(k - h);
  const double first = (up - down) / (2 * h), second = (up - 2 * w + down) / (h * h),
               a = 1 - k * first / (2 * w);
  return a * a - first * first / 4 * (1 / w + 0.25) + second / 2;
}

/// Most negative g, and largest fall of total variance, over strikes and over expiries from a day to three
/// years.
void check_no_arbitrage(const VolSurface& surface) {
  double least = 1, fall = 0;
  for (double k = -3; k < 3.001; k += 0.05) {
    double before = 0;
    for (double t = 1 / 365.0; t < 3; t *= 1.03) {
      const SurfaceSlice s = surface.at(t);
      least = std::min(least, density_factor(s, k));
      fall = std::max(fall, (before - s.total_variance(k)) / s.total_variance(k));
      before = s.total_variance(k);
    }
  }
  INFO("least g " << least << ", largest relative fall of total variance " << fall);
  CHECK(least > -1e-6);  // of differences
  CHECK(fall < 1e-12);
}

double worst(const SurfaceFit& fit) {
  double out = 0;
  for (const SliceError& error : fit.errors) out = std::max(out, std::abs(error.worst));
  return out;
}

}  // namespace

TEST_CASE("Quotes of an eSSVI surface give it back to 1e-8") {
  for (const Slices& truth : {kStress, kSsvi}) {
    REQUIRE(free_of_arbitrage(truth));
    check_no_arbitrage(VolSurface(truth));
    const SurfaceFit fit = fit_surface(quotes_of(truth));
    CHECK_FALSE(fit.constrained);
    CHECK(worst(fit) < 1e-10);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      CHECK(std::abs(fit.slices[i].theta - truth[i].theta) < 1e-8);
      CHECK(std::abs(fit.slices[i].psi - truth[i].psi) < 1e-8);
      CHECK(std::abs(fit.slices[i].rho_psi - truth[i].rho_psi) < 1e-8);
    }
    check_no_arbitrage(VolSurface(fit.slices));
  }
}

TEST_CASE("Flat quotes give a flat surface") {
  const SurfaceFit fit =
      fit_surface(quotes_of({slice(0.1, 0.016, 0, 0), slice(0.5, 0.08, 0, 0), slice(1, 0.16, 0, 0)}));
  CHECK(worst(fit) < 1e-9);
  const VolSurface surface(fit.slices);
  for (const double t : {0.01, 0.1, 0.3, 1.0, 5.0})
    for (const double k : {-1.0, 0.0, 1.0}) CHECK(std::abs(surface.volatility(t, k) - 0.4) < 1e-8);
}

TEST_CASE("Noisy quotes: no arbitrage, and an error of the size of the noise") {
  for (const double noise : {0.001, 0.005, 0.02}) {
    const SurfaceFit fit = fit_surface(quotes_of(kStress, noise));
    check_no_arbitrage(VolSurface(fit.slices));
    for (const SliceError& error : fit.errors) {
      INFO("noise " << noise << " expiry " << error.expiry_years << " rms " << error.root_mean_square);
      CHECK(error.root_mean_square < 1.8 * noise);
      CHECK(error.root_mean_square > 0.2 * noise);
    }
  }
}

TEST_CASE("Many noisy expiries close together are averaged, not stacked up") {
  Slices weekly;
  for (int week = 1; week <= 30; ++week) {
    const double t = 7 * week / 365.0;
    weekly.push_back(slice_at_the_money(t, 0.2, -0.05, 0.03));
  }
  REQUIRE(free_of_arbitrage(weekly));
  const SurfaceFit fit = fit_surface(quotes_of(weekly, 0.02));
  CHECK(fit.constrained);
  check_no_arbitrage(VolSurface(fit.slices));
  double sum = 0, away = 0;
  for (std::size_t i = 0; i < weekly.size(); ++i) {
    sum += fit.errors[i].root_mean_square * fit.errors[i].root_mean_square / 30;
    away = std::max(away, std::abs(fit.slices[i].volatility(0) - 0.2));
  }
  INFO("root mean square " << std::sqrt(sum) << ", furthest at the money " << away);
  CHECK(std::sqrt(sum) < 0.0205);
  CHECK(away < 0.025);
}

TEST_CASE("Quotes that are arbitrage: named, and the surface has none") {
  std::vector<VolQuote> inverted;  // total variance falls: 90 % for a week, 35 % for a month
  for (const auto& [expiry, volatility] : {std::pair{7 / 365.0, 0.9}, std::pair{30 / 365.0, 0.35}})
    for (const double k : {-0.2, -0.1, 0.0, 0.1, 0.2})
      inverted.push_back({expiry, k, volatility + 0.2 * k * k - 0.1 * k});
  std::vector<VolQuote> kinked = quotes_of(kStress);
  kinked[4].volatility += 0.2;
  std::vector<VolQuote> steep;  // a put wing beyond Lee's bound
  for (const double k : {-0.8, -0.6, -0.4, -0.2, 0.0, 0.2})
    steep.push_back({1, k, std::sqrt(0.04 + 2.6 * std::max(0.0, -k))});
  std::vector<VolQuote> flipping;  // skews that change sign from expiry to expiry
  for (const int i : {1, 2, 3, 4})
    for (const double k : {-0.3, -0.15, 0.0, 0.15, 0.3})
      flipping.push_back({0.25 * i, k, 0.3 + (i % 2 ? 0.25 : -0.25) * k + 0.1 * k * k});
  const auto count = [](const std::vector<VolQuote>& quotes, Arbitrage what) {
    const auto found = arbitrage_in(quotes);
    return std::ranges::count(found, what);
  };
  CHECK(count(inverted, Arbitrage::calendar) > 0);
  CHECK(count(kinked, Arbitrage::butterfly) > 0);
  CHECK(count(steep, Arbitrage::none) < 6);
  for (const auto& quotes : {inverted, kinked, steep, flipping}) {
    const SurfaceFit fit = fit_surface(quotes);
    INFO("worst " << worst(fit));
    check_no_arbitrage(VolSurface(fit.slices));
    CHECK(free_of_arbitrage(fit.slices, 1e-12));
    CHECK(worst(fit) > 0.005);
  }
}

TEST_CASE("Sound quotes are not accused of arbitrage, rounded ones neither") {
  for (const Slices& truth : {kStress, kSsvi})
    for (const double step : {0.0, 1e-4}) {
      std::vector<VolQuote> quotes = quotes_of(truth);
      for (VolQuote& quote : quotes)
        if (step > 0) quote.volatility = std::round(quote.volatility / step) * step;
      for (const Arbitrage a : arbitrage_in(quotes)) CHECK(a == Arbitrage::none);
    }
}

TEST_CASE("The best slices under the conditions: nothing nearby is nearer") {
  std::vector<VolQuote> quotes = quotes_of(kStress);
  for (VolQuote& quote : quotes)
    if (quote.expiry_years > 0.05 && quote.expiry_years < 0.1)
      quote.volatility -= 0.25;  // the month falls below the week
  const auto sum = [&](const Slices& slices) {
    double out = 0;
    for (const SliceError& e : errors_of(slices, quotes))
      out += static_cast<double>(e.quotes) * e.root_mean_square * e.root_mean_square;
    return out;
  };
  const SurfaceFit fit = fit_surface(quotes);
  CHECK(fit.constrained);
  const double best = sum(fit.slices);
  std::mt19937 random(2);
  std::normal_distribution<double> normal;
  int tried = 0;
  for (int i = 0; i < 20'000; ++i) {
    Slices near = fit.slices;
    const double size = std::pow(10.0, -1 - 0.25 * (i % 12));
    for (SurfaceSlice& s : near) {
      const double left = s.left() * (1 + size * normal(random)),
                   right = s.right() * (1 + size * normal(random));
      s = {s.expiry_years, s.theta * (1 + size * normal(random)), left + right, right - left};
    }
    if (!free_of_arbitrage(near)) continue;
    ++tried;
    CHECK(sum(near) > best * (1 - 1e-3));
  }
  CHECK(tried > 100);
}

TEST_CASE("A term structure keeps its level, skew and curvature at the money") {
  const double t = 30 / 365.0, root = std::sqrt(t);
  const SurfaceSlice s = slice_at_the_money(t, 0.6, -0.08, 0.05);
  const double h = 1e-4, up = s.volatility(h), down = s.volatility(-h), at = s.volatility(0);
  CHECK(std::abs(at - 0.6) < 1e-14);
  CHECK(std::abs((up - down) / (2 * h) * root - -0.08) < 1e-7);
  CHECK(std::abs((up - 2 * at + down) / (h * h) * t / 2 - 0.05) < 1e-5);
  CHECK_FALSE(without_arbitrage({s}).constrained);
  const SurfaceFit steep =
      without_arbitrage({slice_at_the_money(0.1, 0.2, -0.6, 0.1), slice_at_the_money(0.2, 0.2, 0.5, 0)});
  CHECK(steep.constrained);
  check_no_arbitrage(VolSurface(steep.slices));
}
