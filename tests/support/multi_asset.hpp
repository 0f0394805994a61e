#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "engine/core/errors.hpp"
#include "engine/math/correlation.hpp"
#include "engine/pricing/multi_asset_valuation.hpp"

namespace unhedged::testing {

/// An option on several assets and the market it is priced in.
struct MultiAssetCase {
  std::string kind;
  std::vector<double> spots, volatilities, weights;
  double strike = 0, expiry_years = 1;
  math::SquareMatrix correlation;
  double rate = 0;
  std::vector<double> yields;

  std::vector<pricing::Greeks> greeks() const {
    instruments::MultiAssetOption option;
    for (const instruments::MultiAssetRow& row : instruments::multi_asset_rows())
      if (row.name == kind) option.row = &row;
    if (option.row == nullptr) throw ContractViolation("no option " + kind);
    std::vector<pricing::MultiAssetValuation::Leg> legs;
    for (std::size_t leg = 0; leg < spots.size(); ++leg) {
      option.assets.push_back(leg);
      option.weights.push_back(option.row->sign(leg) * (weights.empty() ? 1 : weights[leg]));
      legs.push_back({spots[leg], {rate, yields.empty() ? 0 : yields[leg]}});
    }
    option.strike = strike;
    option.expiry_years = expiry_years;
    option.correlation = correlation;
    return pricing::multi_asset_greeks(option, legs, volatilities);
  }
  double value() const { return greeks().front().value; }
};

/// All pairs alike.
inline math::SquareMatrix all_at(std::size_t size, double rho) {
  math::SquareMatrix out = math::SquareMatrix::identity(size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < i; ++j) out.set_both(i, j, rho);
  return out;
}

inline MultiAssetCase on_two(const std::string& kind, double first, double second, double sigma_first,
                             double sigma_second, double rho) {
  MultiAssetCase out;
  out.kind = kind;
  out.spots = {first, second};
  out.volatilities = {sigma_first, sigma_second};
  out.correlation = all_at(2, rho);
  return out;
}

/// A call on w1 S1 + w2 S2 (w2 of the kind's sign) by integration over the second price: given it, the first
/// is lognormal. accuracy  1e-12 of the spots, by the trapezoidal rule
inline double integrated_call(const MultiAssetCase& of) {
  constexpr int nodes = 40'000;
  constexpr double end = 9;
  const double root = std::sqrt(of.expiry_years), sd1 = of.volatilities[0] * root,
               sd2 = of.volatilities[1] * root, rho = of.correlation(0, 1);
  const double w1 = of.weights.empty() ? 1 : of.weights[0],
               w2 = (of.weights.empty() ? 1 : of.weights[1]) * (of.kind == "basket_call" ? 1 : -1);
  const auto forward = [&](std::size_t leg) {
    const double yield = of.yields.empty() ? 0 : of.yields[leg];
    return of.spots[leg] * std::exp((of.rate - yield) * of.expiry_years);
  };
  const auto cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  double sum = 0;
  for (int k = 0; k <= nodes; ++k) {
    const double z = end * (2.0 * k / nodes - 1), weight = std::exp(-0.5 * z * z);
    const double strike = of.strike - w2 * forward(1) * std::exp(sd2 * z - 0.5 * sd2 * sd2);
    const double first = w1 * forward(0) * std::exp(rho * sd1 * z - 0.5 * rho * rho * sd1 * sd1);
    const double sd = sd1 * std::sqrt(1 - rho * rho);
    const double d = strike > 0 ? std::log(first / strike) / sd + 0.5 * sd : 0;
    sum += weight * (strike > 0 ? first * cdf(d) - strike * cdf(d - sd) : first - strike);
  }
  return sum * 2 * end / nodes / std::sqrt(2 * M_PI) * std::exp(-of.rate * of.expiry_years);
}

}  // namespace unhedged::testing
