#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

/// Value at risk and expected shortfall of a frozen book whose factors are normal. docs/methods/margin.md
namespace unhedged::margin {

/// Of losses at a level, in account currency.
struct LossTail {
  double value_at_risk = 0;
  double expected_shortfall = 0;
  double standard_error = 0;  ///< of the expected shortfall; 0: it is exact to the accuracy of a quadrature
};

/// P&L as a function of one standard normal. accuracy  1e-9 of the largest |P&L| within 8 deviations where it
/// bends smoothly on the scale of 0.008; a kink costs up to 1e-6
LossTail tail_of(const std::function<double(double)>& pnl, double level);

/// P&L as a function of several independent standard normals, from a lattice of `points` that is shifted at
/// random, always in the same way, kShifts times: the standard error is that of their mean.
/// source  Sloan and Joe, "Lattice Methods for Multiple Integration" (1994); the lattice is Kronecker's of
///         the roots of primes
LossTail tail_of(const std::function<double(std::span<const double>)>& pnl, std::size_t dimensions,
                 double level, std::size_t points);
inline constexpr std::size_t kShifts = 8;
inline constexpr std::size_t kMostDimensions = 65536;

}  // namespace unhedged::margin
