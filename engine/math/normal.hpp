#pragma once
#include "engine/core/isa.hpp"

namespace unhedged::math {

/// The normal distribution at one point: Phi and its density.
struct Normal {
  double cdf, density;
};

struct NormalKernels {
  /// accuracy  as elementary.hpp
  Normal (*at)(double z);
};

UNHEDGED_DECLARE_KERNELS(NormalKernels, normal_kernels)

}  // namespace unhedged::math
