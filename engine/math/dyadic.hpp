#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/core/isa.hpp"

/// Functions given at the nodes of grids whose steps are powers of two, so that grids of different places and
/// finenesses share nodes: sums of such functions are loops over neighbouring numbers.
namespace unhedged::math {

/// Nodes (first + i) 2^-level, i < count.
struct DyadicGrid {
  int level = 0;
  std::int64_t first = 0;
  std::size_t count = 0;

  /// expects  |level| < 1000
  double step() const { return std::bit_cast<double>(static_cast<std::uint64_t>(1023 - level) << 52); }
  double node(std::size_t i) const {
    return static_cast<double>(first + static_cast<std::int64_t>(i)) * step();
  }
  std::int64_t last() const { return first + static_cast<std::int64_t>(count) - 1; }
  /// The nodes of the next coarser level from which every node of this one can be interpolated.
  DyadicGrid coarser() const;
  /// The same nodes and those half way between them, `levels` times.
  DyadicGrid finer(int levels) const;
};

/// Nodes between which points are interpolated, from this one on: node `k` of the stencil is kStencilBefore
/// nodes before the one below the point.
inline constexpr std::size_t kStencil = 8, kStencilBefore = 3;

/// Lagrange's weights of nodes 0 .. 7 at t, which is exact for polynomials of degree seven.
void lagrange_weights(double t, double (&weight)[kStencil]);

struct DyadicKernels {
  /// out[i] += sum over k of weight[k] row[k][i]. shapes  row: [8][count]
  void (*add_combined)(const double* const* row, const double* weight, std::size_t count, double* out);
  /// out[i] += sum over k of weight[k] in[i + k]. shapes  in: [count + 7], weight: [8]
  void (*add_shifted)(const double* in, const double* weight, std::size_t count, double* out);
  /// out[2 i] = in[i + 3], out[2 i + 1] the value half way to in[i + 4]. shapes  in: [count + 7], out: [2
  /// count]
  void (*refine)(const double* in, std::size_t count, double* out);
};

UNHEDGED_DECLARE_KERNELS(DyadicKernels, dyadic_kernels)

}  // namespace unhedged::math
