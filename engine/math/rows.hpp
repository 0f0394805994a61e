#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "engine/core/isa.hpp"

/// For kernels: rows of four consecutive numbers, one for each lane, brought together number by number, and
/// cubics whose coefficients stand in such rows. With AVX by loads of halves of rows, which is several times
/// faster than gathering single numbers.
namespace unhedged::math {

/// Four lanes.
using Quad = double __attribute__((vector_size(32)));
using QuadBits = std::uint64_t __attribute__((vector_size(32)));

UNHEDGED_INLINE Quad load_quad(const double* from) {
  Quad out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}

UNHEDGED_INLINE void store_quad(Quad x, double* to) { __builtin_memcpy(to, &x, sizeof x); }

/// column[k] holds base[first[i] + k] in lane i.
template <class Index>
UNHEDGED_INLINE void load_rows(const double* base, const Index* first, Quad (&column)[4]) {
#if defined(__AVX2__)
  const double *row0 = base + first[0], *row1 = base + first[1];
  const double *row2 = base + first[2], *row3 = base + first[3];
  const auto halves = [](const double* low, const double* high) {
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
  };
  const __m256d even01 = halves(row0, row2), odd01 = halves(row1, row3);
  const __m256d even23 = halves(row0 + 2, row2 + 2), odd23 = halves(row1 + 2, row3 + 2);
  column[0] = _mm256_unpacklo_pd(even01, odd01);
  column[1] = _mm256_unpackhi_pd(even01, odd01);
  column[2] = _mm256_unpacklo_pd(even23, odd23);
  column[3] = _mm256_unpackhi_pd(even23, odd23);
#else
  for (int i = 0; i < 4; ++i)
    for (int k = 0; k < 4; ++k) column[k][i] = base[static_cast<std::ptrdiff_t>(first[i]) + k];
#endif
}

/// ((c[3] t + c[2]) t + c[1]) t + c[0] with c = base[first[i] ...] in lane i.
template <class Index>
UNHEDGED_INLINE Quad cubics(const double* base, const Index* first, Quad t) {
  Quad c[4];
  load_rows(base, first, c);
#if defined(__AVX2__)
  return _mm256_fmadd_pd(_mm256_fmadd_pd(_mm256_fmadd_pd(c[3], t, c[2]), t, c[1]), t, c[0]);
#else
  Quad out;
  for (int i = 0; i < 4; ++i)
    out[i] =
        __builtin_fma(__builtin_fma(__builtin_fma(c[3][i], t[i], c[2][i]), t[i], c[1][i]), t[i], c[0][i]);
  return out;
#endif
}

/// column[k][i] = base[first[i] + k] for k < 4. `count` is a multiple of 4.
UNHEDGED_INLINE void transpose_rows(const double* base, const int* first, std::size_t count,
                                    double* const (&column)[4]) {
  for (std::size_t i = 0; i < count; i += 4) {
    Quad c[4];
    load_rows(base, first + i, c);
    for (std::size_t k = 0; k < 4; ++k) store_quad(c[k], column[k] + i);
  }
}

}  // namespace unhedged::math
