#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

namespace unhedged::math {

/// Rows of a triangular product that are worked out at once, so that each input is loaded once for all of
/// them.
inline constexpr std::size_t kProductRows = 8;

/// A lower triangular matrix, row after row.
struct TriangularMatrix {
  const double* weight;  ///< [row][stride], what is above the diagonal is not read
  std::size_t stride;
};

struct ProductKernels {
  /// out[r] = sum over k <= first + r of weight[first + r][k] * in[k], the terms added in the order of k.
  /// expects  count <= kProductRows, `in` and `out` apart
  /// shapes   in: [first + count], out: [count]
  void (*multiply)(const TriangularMatrix& matrix, const Lanes* const* in, std::size_t first,
                   std::size_t count, Lanes* out);
};

UNHEDGED_DECLARE_KERNELS(ProductKernels, product_kernels)

}  // namespace unhedged::math
