#include "engine/math/rows.hpp"
#include "engine/risk/sum_kernels.hpp"

namespace unhedged::risk::UNHEDGED_ISA {
namespace {

using math::load_quad, math::Quad, math::store_quad;

constexpr std::size_t kHalf = kStrands / 2;

struct Powers {
  template <class Number>
  UNHEDGED_INLINE void add(const Number& d, const Number&, Number (&sum)[3]) {
    const Number square = d * d;
    sum[0] += square;
    sum[1] += square * d;
    sum[2] += square * square;
  }
};

struct Products {
  template <class Number>
  UNHEDGED_INLINE void add(const Number& a, const Number& b, Number (&sum)[kJoints]) {
    const Number aa = a * a, ab = a * b, bb = b * b;
    sum[kJoint20] += aa;
    sum[kJoint11] += ab;
    sum[kJoint02] += bb;
    sum[kJoint30] += aa * a;
    sum[kJoint21] += aa * b;
    sum[kJoint12] += ab * b;
    sum[kJoint03] += bb * b;
  }
};

/// All sums of half of the strands at once, then of the other half.
template <class Terms, std::size_t Sums>
UNHEDGED_INLINE void add_up(const double* a, const double* b, std::size_t n, Strands (&out)[Sums]) {
  const std::size_t whole = n / kStrands * kStrands;
  for (std::size_t half = 0; half < kStrands; half += kHalf) {
    Quad sum[Sums] = {};
    for (std::size_t i = half; i < whole; i += kStrands) Terms::add(load_quad(a + i), load_quad(b + i), sum);
    for (std::size_t k = 0; k < Sums; ++k) store_quad(sum[k], out[k].of + half);
  }
  for (std::size_t i = whole; i < n; ++i) {
    double sum[Sums];
    for (std::size_t k = 0; k < Sums; ++k) sum[k] = out[k].of[i - whole];
    Terms::add(a[i], b[i], sum);
    for (std::size_t k = 0; k < Sums; ++k) out[k].of[i - whole] = sum[k];
  }
}

void powers(const double* d, std::size_t n, Strands (&out)[3]) { add_up<Powers>(d, d, n, out); }

void joint(const double* a, const double* b, std::size_t n, Strands (&out)[kJoints]) {
  add_up<Products>(a, b, n, out);
}

double largest(const double* x, std::size_t n) {
  Quad most[4] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (std::size_t k = 0; k < 4; ++k) {
      const Quad value = load_quad(x + i + 4 * k);
      most[k] = math::larger(math::larger(value, -value), most[k]);
    }
  double all = 0;
  for (const Quad& part : most)
    for (int k = 0; k < 4; ++k) all = all < part[k] ? part[k] : all;
  for (; i < n; ++i) all = all < __builtin_fabs(x[i]) ? __builtin_fabs(x[i]) : all;
  return all;
}

}  // namespace

const SumKernels sum_kernels{powers, joint, largest};

}  // namespace unhedged::risk::UNHEDGED_ISA
