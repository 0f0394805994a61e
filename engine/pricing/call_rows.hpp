#pragma once
#include <vector>

#include "engine/math/cubic_table.hpp"
#include "engine/pricing/slice.hpp"

namespace unhedged::pricing {

/// The calls of one expiry as a function of the log forward and of the standard deviation of its
/// logarithm over the life. The function does not depend on the date, so one set of rows serves every
/// time slice: what a surface would otherwise compute option by option it looks up here.
///   shares(y, sd) = sum quantity Phi((y - k) / sd + sd / 2),  cash likewise with strike and - sd / 2
/// Rows stand at equal steps in log sd, each a table in y as fine as its sd asks.
/// accuracy  see error(); 1.2e-7 of the gross quantity at small sd, 1.5e-7 at 0.3
class CallRows {
 public:
  /// expects  0 < low_sd <= high_sd
  CallRows(const CallArrays& calls, CallColumn column, double low_sd, double high_sd);

  /// out += weight * f(y, sd), all points at one sd. shapes  y, out: [count], count <= kLanes
  void add(const double* y, double sd, double weight, std::size_t count, double* out) const;

  /// No error of add() exceeds it at weight 1, for standard deviations up to `sd`.
  double error(double sd) const;

 private:
  double first_log_sd_;
  double gross_;
  std::vector<math::CubicTable> rows_;
};

}  // namespace unhedged::pricing
