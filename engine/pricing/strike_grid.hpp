#pragma once
#include <array>
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

/// Values of one call at the nodes around it, in which all of the change lies.
struct CallShape {
  std::vector<double> value;
  std::int64_t reach = 0;  ///< node 0 is so many nodes and a stencil below the call
  double above = 0;
};

/// At steps of 2^-level. `odd`: of a call half way between two nodes.
CallShape shape_of_call(CallColumn column, double sd, int level, bool odd);

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

  /// out += plain_row, from the shapes of a call on a node and half way between two.
  /// expects  grid.level one less than that of the strikes
  void add(const std::array<CallShape, 2>& shapes, const math::DyadicGrid& grid, double* out) const;

 private:
  struct Taps {
    std::vector<double> quantity;
    std::int64_t first;  ///< node
  };

  Taps every_other(bool odd) const;
  static void add(const CallShape& shape, const Taps& taps, const math::DyadicGrid& grid,
                  std::vector<double>& steps, double* out);

  CallColumn column_;
  math::DyadicGrid grid_;
  std::vector<double> quantity_;
  std::array<Taps, 2> halves_;  ///< strikes on the nodes of the grid with twice the step, and between them
};

}  // namespace unhedged::pricing
