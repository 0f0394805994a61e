#include "engine/app/surface_table.hpp"

#include <fmt/core.h>

#include <cmath>

#include "engine/app/text_table.hpp"

namespace unhedged::app {
namespace {

std::string in_percent(double x) { return fixed(100 * x, 2) + " %"; }

/// Slope of the volatility at the money per unit of log(strike / forward) / sqrt(expiry).
double skew(const market::SurfaceSlice& slice) {
  return 0.5 * slice.rho_psi / slice.theta * std::sqrt(slice.theta);
}

TextTable table_of(const simulation::AssetPlan& asset, double days_per_year) {
  TextTable table({"expiry", "quotes", "at the money", "skew", "rms error", "worst error"});
  for (std::size_t i = 0; i < asset.surface_errors.size(); ++i) {
    const market::SurfaceSlice& slice = asset.surface->slices()[i];
    const market::SliceError& error = asset.surface_errors[i];
    table.add({fmt::format("{:.4g} d", slice.expiry_years * days_per_year), std::to_string(error.quotes),
               in_percent(slice.volatility(0)), in_percent(skew(slice)), in_percent(error.root_mean_square),
               in_percent(error.worst)});
  }
  return table;
}

}  // namespace

std::string surface_table(const simulation::Plan& plan) {
  std::string out;
  for (const simulation::AssetPlan& asset : plan.assets) {
    if (!asset.surface) continue;
    out += fmt::format("{}: today's implied volatilities, 1 x is {}; errors are surface less quote\n",
                       asset.name, in_percent(asset.implied_volatility));
    out += table_of(asset, plan.calendar.days_per_year).text();
  }
  return out;
}

}  // namespace unhedged::app
