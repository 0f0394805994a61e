#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"

namespace unhedged::pricing {

/// A function at equal steps, the first node at `high` and the others below.
struct StripNodes {
  const double* nodes;
  std::size_t count;  ///< at least 10
  double high;
  double inverse_step;
};

struct StripKernels {
  /// out += weight * the function at x + shift, through ten neighbouring nodes; beyond the ends it is what it
  /// is there. shapes  x, out: [count], of any number
  void (*add)(const StripNodes&, double weight, double shift, const double* x, std::size_t count,
              double* out);
};

UNHEDGED_DECLARE_KERNELS(StripKernels, strip_kernels)

}  // namespace unhedged::pricing
