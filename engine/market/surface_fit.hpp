#pragma once
#include <cstddef>
#include <vector>

#include "engine/market/vol_surface.hpp"

/// From listed quotes to a surface without static arbitrage.
namespace unhedged::market {

struct VolQuote {
  double expiry_years = 0;
  double k = 0;  ///< log(strike / forward)
  double volatility = 0;
};

/// How a fitted slice stands to its quotes; differences are of volatilities, model less quote.
struct SliceError {
  double expiry_years = 0;
  std::size_t quotes = 0;
  double root_mean_square = 0;
  double worst = 0;             ///< the largest in size, with its sign
  std::size_t worst_quote = 0;  ///< its index among the quotes
};

struct SurfaceFit {
  std::vector<SurfaceSlice> slices;
  std::vector<SliceError> errors;  ///< of each slice
  bool constrained = false;        ///< the best slices by themselves were not free of arbitrage together
};

/// Least squares in volatility, all quotes alike: first each expiry by itself; where these slices are not
/// free of arbitrage together, all expiries at once under the conditions of free_of_arbitrage, which then
/// hold exactly. Quotes of a surface of that kind give it back. expects  three different k for every expiry;
/// expiries that are to be one are equal
SurfaceFit fit_surface(const std::vector<VolQuote>& quotes);

/// How `slices`, one for each expiry of the quotes, stand to them.
std::vector<SliceError> errors_of(const std::vector<SurfaceSlice>& slices,
                                  const std::vector<VolQuote>& quotes);

/// The nearest slices (in the sense of fit_surface, against their own quotes two deviations around the money)
/// that are free of arbitrage; themselves, if they are.
SurfaceFit without_arbitrage(const std::vector<SurfaceSlice>& slices);

}  // namespace unhedged::market
