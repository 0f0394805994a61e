#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "engine/math/elementary.hpp"
#include "engine/math/triangular_product.hpp"

namespace unhedged::math::UNHEDGED_ISA {
namespace {

// g++ does not keep a tile of sums in registers over a loop of pointers; say what a vector is.
#if defined(__AVX512F__)
using Vector = __m512d;
constexpr std::size_t kMostRows = 8, kWidth = 8;
UNHEDGED_INLINE Vector load(const double* from) { return _mm512_load_pd(from); }
UNHEDGED_INLINE void store(Vector x, double* to) { _mm512_store_pd(to, x); }
UNHEDGED_INLINE Vector broadcast(double x) { return _mm512_set1_pd(x); }
UNHEDGED_INLINE Vector fused(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
#elif defined(__AVX2__)
using Vector = __m256d;
constexpr std::size_t kMostRows = 4, kWidth = 4;  // there are half as many registers
UNHEDGED_INLINE Vector load(const double* from) { return _mm256_load_pd(from); }
UNHEDGED_INLINE void store(Vector x, double* to) { _mm256_store_pd(to, x); }
UNHEDGED_INLINE Vector broadcast(double x) { return _mm256_set1_pd(x); }
UNHEDGED_INLINE Vector fused(Vector a, Vector b, Vector c) { return _mm256_fmadd_pd(a, b, c); }
#else
using Vector = double;
constexpr std::size_t kMostRows = 4, kWidth = 1;
UNHEDGED_INLINE Vector load(const double* from) { return *from; }
UNHEDGED_INLINE void store(Vector x, double* to) { *to = x; }
UNHEDGED_INLINE Vector broadcast(double x) { return x; }
UNHEDGED_INLINE Vector fused(Vector a, Vector b, Vector c) { return fma(a, b, c); }
#endif

constexpr std::size_t kVectors = 2;

/// Sums of some rows over some neighbouring lanes, in registers.
template <std::size_t Rows>
using Tile = Vector[Rows][kVectors];

/// Rows from `from` on get their product with an input. row: the weights of it
template <bool First, std::size_t Rows>
UNHEDGED_INLINE void take(const double* row, std::size_t stride, const double* in, std::size_t from,
                          Tile<Rows>& sum) {
  Vector x[kVectors];
  for (std::size_t v = 0; v < kVectors; ++v) x[v] = load(in + v * kWidth);
  for (std::size_t r = from; r < Rows; ++r) {
    const Vector w = broadcast(row[r * stride]);
    for (std::size_t v = 0; v < kVectors; ++v) sum[r][v] = First ? w * x[v] : fused(w, x[v], sum[r][v]);
  }
}

template <std::size_t Rows>
void multiply_rows(const TriangularMatrix& matrix, const Lanes* const* in, std::size_t first, Lanes* out) {
  const std::size_t stride = matrix.stride;
  const double* const rows = matrix.weight + first * stride;
  for (std::size_t lane = 0; lane < kLanes; lane += kVectors * kWidth) {
    Tile<Rows> sum;
    take<true, Rows>(rows, stride, in[0]->data() + lane, 0, sum);
    for (std::size_t k = 1; k <= first; ++k)
      take<false, Rows>(rows + k, stride, in[k]->data() + lane, 0, sum);
#pragma GCC unroll 8
    for (std::size_t r = 1; r < Rows; ++r)  // the triangle on the diagonal
      take<false, Rows>(rows + first + r, stride, in[first + r]->data() + lane, r, sum);
    for (std::size_t r = 0; r < Rows; ++r)
      for (std::size_t v = 0; v < kVectors; ++v) store(sum[r][v], out[r].data() + lane + v * kWidth);
  }
}

/// As many rows as there are registers for, then half as many, ...
template <std::size_t Rows>
UNHEDGED_INLINE void multiply_from(const TriangularMatrix& matrix, const Lanes* const* in, std::size_t first,
                                   std::size_t count, Lanes* out) {
  for (; count >= Rows; first += Rows, count -= Rows, out += Rows)
    multiply_rows<Rows>(matrix, in, first, out);
  if constexpr (Rows > 1) multiply_from<Rows / 2>(matrix, in, first, count, out);
}

void multiply(const TriangularMatrix& matrix, const Lanes* const* in, std::size_t first, std::size_t count,
              Lanes* out) {
  multiply_from<kMostRows>(matrix, in, first, count, out);
}

}  // namespace

const ProductKernels product_kernels{multiply};

}  // namespace unhedged::math::UNHEDGED_ISA
