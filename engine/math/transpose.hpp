#pragma once
#include <cstddef>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "engine/core/isa.hpp"

/// For kernels: four consecutive numbers per lane, brought together number by number.
namespace unhedged::math {

/// column[k][i] = base[first[i] + k] for k < 4. With AVX by loads of whole rows and 4 x 4 transpositions,
/// which is several times faster than gathering single numbers. `count` is a multiple of 4.
UNHEDGED_INLINE void transpose_rows(const double* base, const int* first, std::size_t count,
                                    double* const (&column)[4]) {
#if defined(__AVX2__)
  for (std::size_t i = 0; i < count; i += 4) {
    const __m256d row0 = _mm256_loadu_pd(base + first[i]), row1 = _mm256_loadu_pd(base + first[i + 1]);
    const __m256d row2 = _mm256_loadu_pd(base + first[i + 2]), row3 = _mm256_loadu_pd(base + first[i + 3]);
    const __m256d low01 = _mm256_unpacklo_pd(row0, row1), high01 = _mm256_unpackhi_pd(row0, row1);
    const __m256d low23 = _mm256_unpacklo_pd(row2, row3), high23 = _mm256_unpackhi_pd(row2, row3);
    _mm256_storeu_pd(column[0] + i, _mm256_permute2f128_pd(low01, low23, 0x20));
    _mm256_storeu_pd(column[1] + i, _mm256_permute2f128_pd(high01, high23, 0x20));
    _mm256_storeu_pd(column[2] + i, _mm256_permute2f128_pd(low01, low23, 0x31));
    _mm256_storeu_pd(column[3] + i, _mm256_permute2f128_pd(high01, high23, 0x31));
  }
#else
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < 4; ++k) column[k][i] = base[first[i] + static_cast<int>(k)];
#endif
}

}  // namespace unhedged::math
