#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/core/lanes.hpp"
#include "engine/pricing/row_filler.hpp"

namespace unhedged::pricing {

/// Lanes of a block that a table does not cover.
struct LanesOutside {
  std::size_t lane[kLanes];
  std::size_t count = 0;
};

/// Lanes outside a rectangle, or where a coordinate is no number.
inline LanesOutside lanes_outside(const double* x, const Interval& in_x, const double* z,
                                  const Interval& in_z) {
  std::int64_t count = 0;  // as wide as what is compared, so that several are at once
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    count += static_cast<std::int64_t>((x[lane] < in_x.low) | (x[lane] > in_x.high) | (z[lane] < in_z.low) |
                                       (z[lane] > in_z.high));
  LanesOutside out;
  for (std::size_t lane = 0; count > 0 && lane < kLanes; ++lane)
    if (!(x[lane] >= in_x.low && x[lane] <= in_x.high && z[lane] >= in_z.low && z[lane] <= in_z.high))
      out.lane[out.count++] = lane;
  return out;
}

/// Replaces, on lanes outside, what a table added to `out` since `before` by what `exact` adds.
/// `exact(log_spot, quote_level, count, out)` is called once, on those lanes alone, padded to a multiple
/// of 16.
template <class Exact>
void replace_outside(const LanesOutside& outside, const double* log_spot, const double* quote_level,
                     const double* before, double* out, Exact exact) {
  if (outside.count == 0) return;
  const std::size_t padded = (outside.count + 15) / 16 * 16;
  Lanes x, v, sum;
  for (std::size_t i = 0; i < padded; ++i) {
    const std::size_t lane = outside.lane[std::min(i, outside.count - 1)];
    x[i] = log_spot[lane];
    v[i] = quote_level == nullptr ? 0.0 : quote_level[lane];
    sum[i] = before[lane];
  }
  exact(x.data(), v.data(), padded, sum.data());
  for (std::size_t i = 0; i < outside.count; ++i) out[outside.lane[i]] = sum[i];
}

}  // namespace unhedged::pricing
