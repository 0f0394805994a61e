#pragma once
#include <cstdint>

#include "engine/core/isa.hpp"

/// The smallest loop that does the work of configs/discrete_hedging.yaml on one thread: what the general
/// engine is measured against.
namespace unhedged::performance {

struct LimitKernels {
  /// Mean hedge P&L of `paths` (a multiple of 256) paths.
  double (*hedge)(std::uint64_t paths, std::uint32_t steps, double maturity);
};

UNHEDGED_DECLARE_KERNELS(LimitKernels, limit_kernels)

}  // namespace unhedged::performance
