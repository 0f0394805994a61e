#pragma once
#include <vector>

#include "engine/math/dyadic.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {

/// Plain calls of one standard deviation as a function of the log spot, undiscounted, with bells alone for
/// any density:
///   sum quantity Phi((y - k) / sd + sd / 2),  cash likewise with strike and - sd / 2,
///   sum quantity phi((y - k) / sd + sd / 2)
/// at the nodes of a grid, call by call.
std::vector<double> plain_row(const CallArrays& calls, CallColumn column, double sd,
                              const math::DyadicGrid& grid);

/// The calls of one expiry with each spread over eight strikes nearby at the nodes of a grid. They come to
/// the same where a function of their deviation can be interpolated by eight points on that grid: to 1.6e-8
/// at a step of 0.18 of the deviation, falling with its eighth power. At the nodes of a grid many calls are
/// then one convolution.
class StrikeGrid {
 public:
  /// Strikes as seen with this carry, at steps of 2^-level.
  StrikeGrid(const CallArrays& calls, CallColumn column, double carry, int level);

  /// Whether this is less work than some calls one by one.
  static bool pays(const CallArrays& calls, int level);

  /// out += weight * plain_row. expects  grid.level that of the strikes or one less. shapes  out:
  /// [grid.count]
  void add(double sd, double weight, const math::DyadicGrid& grid, double* out) const;

 private:
  /// Values of one call at the nodes around it, in which all of the change lies.
  struct One {
    std::vector<double> value;
    std::int64_t reach;  ///< node 0 is so many nodes and a stencil below the call
    double above;
  };

  /// `odd`: of a call half way between two nodes of `grid`.
  One one(double sd, double weight, const math::DyadicGrid& grid, bool odd) const;
  void add(const One& one, const std::vector<double>& quantity, std::int64_t first,
           const math::DyadicGrid& grid, std::vector<double>& steps, double* out) const;

  CallColumn column_;
  math::DyadicGrid grid_;
  std::vector<double> quantity_;
};

}  // namespace unhedged::pricing
