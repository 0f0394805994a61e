#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"

/// For kernels: four consecutive numbers per lane, brought together number by number.
namespace unhedged::math {

/// column[k][i] = base[first[i] + k] for k < 4, by loads of whole rows and 4 x 4 transpositions, which is
/// several times faster than gathering single numbers. `count` is a multiple of 4.
UNHEDGED_INLINE void transpose_rows(const double* base, const int* first, std::size_t count,
                                    double* const (&column)[4]) {
  using Row = double __attribute__((vector_size(32)));
  for (std::size_t i = 0; i < count; i += 4) {
    Row row[4];
    for (std::size_t k = 0; k < 4; ++k) __builtin_memcpy(&row[k], base + first[i + k], sizeof(Row));
    const Row low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 2, 6);
    const Row high01 = __builtin_shufflevector(row[0], row[1], 1, 5, 3, 7);
    const Row low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 2, 6);
    const Row high23 = __builtin_shufflevector(row[2], row[3], 1, 5, 3, 7);
    const Row out[4] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                        __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                        __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                        __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (std::size_t k = 0; k < 4; ++k) __builtin_memcpy(column[k] + i, &out[k], sizeof(Row));
  }
}

}  // namespace unhedged::math
