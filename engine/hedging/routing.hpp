#pragma once
#include <vector>

namespace unhedged::hedging {

/// Splits an order of value `size` over venues so that the marginal cost of each that takes part is the same.
/// Marginal cost at a venue of share s that takes x: fee + (1 + exponent) scale (x / s)^exponent, where
/// scale = Y * daily volatility / (daily volume)^exponent.
/// shapes   fee, share, out: [venue]; share 0 leaves a venue out
/// accuracy the parts make `size` to 1e-12 of it
void route(double size, double scale, double exponent, const std::vector<double>& fee,
           const std::vector<double>& share, std::vector<double>& out);

}  // namespace unhedged::hedging
