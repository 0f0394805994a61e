#include "engine/math/dyadic.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

UNHEDGED_INLINE double sum_of_eight(const double (&x)[kStencil], const double (&w)[kStencil]) {
  const double a = fma(w[1], x[1], w[0] * x[0]), b = fma(w[3], x[3], w[2] * x[2]);
  const double c = fma(w[5], x[5], w[4] * x[4]), d = fma(w[7], x[7], w[6] * x[6]);
  return (a + b) + (c + d);
}

void add_combined(const double* const* row, const double* weight, std::size_t count, double* out) {
  const double w[kStencil] = {weight[0], weight[1], weight[2], weight[3],
                              weight[4], weight[5], weight[6], weight[7]};
  const double *r0 = row[0], *r1 = row[1], *r2 = row[2], *r3 = row[3];
  const double *r4 = row[4], *r5 = row[5], *r6 = row[6], *r7 = row[7];
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < count; ++i)
    out[i] += sum_of_eight({r0[i], r1[i], r2[i], r3[i], r4[i], r5[i], r6[i], r7[i]}, w);
}

void add_shifted(const double* in, const double* weight, std::size_t count, double* out) {
  const double w[kStencil] = {weight[0], weight[1], weight[2], weight[3],
                              weight[4], weight[5], weight[6], weight[7]};
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < count; ++i)
    out[i] +=
        sum_of_eight({in[i], in[i + 1], in[i + 2], in[i + 3], in[i + 4], in[i + 5], in[i + 6], in[i + 7]}, w);
}

void refine(const double* in, std::size_t count, double* out) {
  constexpr double outer = -5.0 / 2048, third = 49.0 / 2048, second = -245.0 / 2048, inner = 1225.0 / 2048;
  UNHEDGED_LANES_APART
  for (std::size_t i = 0; i < count; ++i) {
    const double near = fma(inner, in[i + 3] + in[i + 4], second * (in[i + 2] + in[i + 5]));
    const double far = fma(third, in[i + 1] + in[i + 6], outer * (in[i] + in[i + 7]));
    out[2 * i] = in[i + 3];
    out[2 * i + 1] = near + far;
  }
}

}  // namespace

const DyadicKernels dyadic_kernels{add_combined, add_shifted, refine};

}  // namespace unhedged::math::UNHEDGED_ISA
