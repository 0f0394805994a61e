#pragma once
#include <span>
#include <vector>

#include "engine/math/complex.hpp"

namespace unhedged::math {

/// sum over k < coefficients of Re(c_k exp(i pi k j / intervals)), j = 0 .. intervals: a series of cosines
/// and sines at equal steps over its period's half. expects  intervals: a power of two, no less than there
/// are coefficients method   Cooley and Tukey, Math. Comp. 19 (1965); relative error about 1e-16
/// log2(intervals)
std::vector<double> half_period(std::span<const Complex> coefficients, std::size_t intervals);

}  // namespace unhedged::math
