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

/// Eight numbers, singly precise. Where they are pairs they are two for each of four lanes, side by side.
using Octet = float __attribute__((vector_size(32)));

/// The same number twice for each lane.
UNHEDGED_INLINE Octet load_twice(const float* from) {
#if defined(__AVX2__)
  const __m256 four = _mm256_castps128_ps256(_mm_loadu_ps(from));
  return _mm256_permutevar8x32_ps(four, _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3));
#else
  Octet out;
  for (int i = 0; i < 4; ++i) out[2 * i] = out[2 * i + 1] = from[i];
  return out;
#endif
}

/// The first numbers of all lanes, and the second ones.
UNHEDGED_INLINE void store_apart(Octet x, float* first, float* second) {
#if defined(__AVX2__)
  const __m256 apart = _mm256_permutevar8x32_ps(x, _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7));
  _mm_storeu_ps(first, _mm256_castps256_ps128(apart));
  _mm_storeu_ps(second, _mm256_extractf128_ps(apart, 1));
#else
  for (int i = 0; i < 4; ++i) {
    first[i] = x[2 * i];
    second[i] = x[2 * i + 1];
  }
#endif
}

/// a b + c, rounded once.
UNHEDGED_INLINE Octet fma(Octet a, Octet b, Octet c) {
#if defined(__AVX2__)
  return _mm256_fmadd_ps(a, b, c);
#else
  Octet out;
  for (int i = 0; i < 8; ++i) out[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return out;
#endif
}

/// a b + c, rounded once.
UNHEDGED_INLINE Quad fma(Quad a, Quad b, Quad c) {
#if defined(__AVX2__)
  return _mm256_fmadd_pd(a, b, c);
#else
  Quad out;
  for (int i = 0; i < 4; ++i) out[i] = __builtin_fma(a[i], b[i], c[i]);
  return out;
#endif
}

/// a where it is larger, else b.
UNHEDGED_INLINE Quad larger(Quad a, Quad b) {
#if defined(__AVX2__)
  return _mm256_max_pd(a, b);
#else
  return a > b ? a : b;
#endif
}

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

/// column[k] holds base[first[i] + 2 k] and base[first[i] + 2 k + 1] in lane i. Columns: 2 or 4
template <std::ptrdiff_t columns, class Index>
UNHEDGED_INLINE void load_row_pairs(const float* base, const Index* first, Octet (&column)[columns]) {
#if defined(__AVX2__)
  for (std::ptrdiff_t k = 0; k < columns; k += 2) {
    const auto halves = [&](int low, int high) {
      const __m128 one = _mm_loadu_ps(base + first[low] + 2 * k),
                   two = _mm_loadu_ps(base + first[high] + 2 * k);
      return _mm256_castps_pd(_mm256_insertf128_ps(_mm256_castps128_ps256(one), two, 1));
    };
    const __m256d even = halves(0, 2), odd = halves(1, 3);
    column[k] = _mm256_castpd_ps(_mm256_unpacklo_pd(even, odd));
    column[k + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(even, odd));
  }
#else
  for (int i = 0; i < 4; ++i)
    for (std::ptrdiff_t k = 0; k < columns; ++k) {
      const float* const pair = base + static_cast<std::ptrdiff_t>(first[i]) + 2 * k;
      column[k][2 * i] = pair[0];
      column[k][2 * i + 1] = pair[1];
    }
#endif
}

/// ((c[3] t + c[2]) t + c[1]) t + c[0] with c = base[first[i] ...] in lane i.
template <class Index>
UNHEDGED_INLINE Quad cubics(const double* base, const Index* first, Quad t) {
  Quad c[4];
  load_rows(base, first, c);
  return fma(fma(fma(c[3], t, c[2]), t, c[1]), t, c[0]);
}

/// Equal intervals, each with a row of its own; outside them its first and its last point count.
struct Intervals {
  double origin, inverse_step;
  int last;
};

/// Where the coefficients of the interval of each of four points start, and the position in it.
UNHEDGED_INLINE void locate(const Intervals& table, const double* x, int* first, double* t) {
  const double end = table.last + 1;
#if defined(__AVX2__)
  const __m256d raw = (_mm256_loadu_pd(x) - table.origin) * table.inverse_step;
  const __m256d inside = _mm256_min_pd(_mm256_max_pd(raw, _mm256_setzero_pd()), _mm256_set1_pd(end));
  const __m128i bounded = _mm_min_epi32(_mm256_cvttpd_epi32(inside), _mm_set1_epi32(table.last));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(first), _mm_slli_epi32(bounded, 2));
  _mm256_storeu_pd(t, inside - _mm256_cvtepi32_pd(bounded));
#else
  for (std::size_t i = 0; i < 4; ++i) {
    const double raw = (x[i] - table.origin) * table.inverse_step;
    const double inside = raw > 0.0 ? (raw < end ? raw : end) : 0.0;
    const int whole = static_cast<int>(inside), bounded = whole < table.last ? whole : table.last;
    first[i] = 4 * bounded;
    t[i] = inside - bounded;
  }
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
