#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"

namespace unhedged::math {

/// The functions of elementary.hpp over arrays.
struct ElementaryKernels {
  void (*exp)(const double* x, double* out, std::size_t n);
  void (*log)(const double* x, double* out, std::size_t n);
  void (*normal_cdf)(const double* x, double* out, std::size_t n);
  void (*normal_quantile)(const double* p, double* out, std::size_t n);
};

UNHEDGED_DECLARE_KERNELS(ElementaryKernels, elementary_kernels)

}  // namespace unhedged::math
