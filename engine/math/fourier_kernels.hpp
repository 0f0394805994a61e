#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"

namespace unhedged::math {

/// exp(2 pi i k / size) for k < half, one after the other for every half = 1, 2, 4 ... size / 2.
struct Twiddles {
  const double* re;
  const double* im;
};

struct FourierKernels {
  /// The transform of a sequence whose places have been bit-reversed. shapes  re, im: [size], a power of two
  void (*combine)(const Twiddles& twiddles, std::size_t size, double* re, double* im);
};

UNHEDGED_DECLARE_KERNELS(FourierKernels, fourier_kernels)

}  // namespace unhedged::math
