#include "engine/math/fourier_kernels.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

/// Sums and differences of `a` with `b` turned, place by place.
void butterflies(const Twiddles& at, std::size_t half, double* a_re, double* a_im, double* b_re,
                 double* b_im) {
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < half; ++k) {
    const double re = at.re[k] * b_re[k] - at.im[k] * b_im[k];
    const double im = at.re[k] * b_im[k] + at.im[k] * b_re[k];
    b_re[k] = a_re[k] - re;
    b_im[k] = a_im[k] - im;
    a_re[k] = a_re[k] + re;
    a_im[k] = a_im[k] + im;
  }
}

void combine(const Twiddles& twiddles, std::size_t size, double* re, double* im) {
  Twiddles at = twiddles;
  for (std::size_t half = 1; half < size; half *= 2) {
    for (std::size_t first = 0; first < size; first += 2 * half)
      butterflies(at, half, re + first, im + first, re + first + half, im + first + half);
    at.re += half;
    at.im += half;
  }
}

}  // namespace

const FourierKernels fourier_kernels{combine};

}  // namespace unhedged::math::UNHEDGED_ISA
