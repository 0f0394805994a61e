#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace unhedged::math {

/// Fills `residuals`, whose size is fixed, at `x`. Where it cannot, it leaves a value that is not finite.
using Residuals = std::function<void(const std::vector<double>& x, std::vector<double>& residuals)>;

struct LeastSquares {
  std::vector<double> x;
  double sum_of_squares = 0;
};

/// When a search ends: after some steps in a row of which each gained less than this share of the sum of
/// squares, or after so many steps.
struct Patience {
  double gain = 1e-13;
  int steps = 300;
};

/// A local minimum of the sum of squares, from `start`; the Jacobian is taken by forward differences, for
/// small dense problems. The same input gives the same bits.
/// expects  finite residuals at `start`
/// accuracy where all residuals vanish, x to about 1e-12 of a well-conditioned problem
/// source   Levenberg, Quart. Appl. Math. 2 (1944); Marquardt, SIAM J. Appl. Math. 11 (1963)
LeastSquares least_squares(const Residuals& residuals, std::vector<double> start, std::size_t count,
                           const Patience& patience = {});

}  // namespace unhedged::math
