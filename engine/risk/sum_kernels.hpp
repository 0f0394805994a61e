#pragma once
#include <cstddef>

#include "engine/core/isa.hpp"

/// What sums over paths spend their time with.
namespace unhedged::risk {

/// Terms are added in so many strands: number i goes to strand i mod kStrands.
inline constexpr std::size_t kStrands = 8;
/// As many terms are added without compensation.
inline constexpr std::size_t kSumBlock = 1024;

struct Strands {
  double of[kStrands];
};

/// Products of up to three factors, from the left, summed over a block.
enum Joint : std::size_t { kJoint20, kJoint11, kJoint02, kJoint30, kJoint21, kJoint12, kJoint03, kJoints };

struct SumKernels {
  /// Sums of d^2, d^3 and (d^2)^2. shapes  d: [n], n <= kSumBlock
  void (*powers)(const double* d, std::size_t n, Strands (&out)[3]);
  /// Sums of a^i b^j. shapes  a, b: [n], n <= kSumBlock
  void (*joint)(const double* a, const double* b, std::size_t n, Strands (&out)[kJoints]);
  /// The largest |x|; 0 if there is none.
  double (*largest)(const double* x, std::size_t n);
};

UNHEDGED_DECLARE_KERNELS(SumKernels, sum_kernels)

}  // namespace unhedged::risk
