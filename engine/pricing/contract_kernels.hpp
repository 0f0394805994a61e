#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

namespace unhedged::pricing {

/// Where a part of a contract is looked up: x = log spot - log reference, both over today's spot.
struct Placing {
  double log_reference = 0;    ///< where it is one for all paths
  double reference_scale = 1;  ///< else: one over today's spot
  double inside = 0;           ///< x of paths of weight 0, on which nothing is asked
  double low = 0, high = 0;    ///< the ends of the shape
};

struct ContractKernels {
  /// Writes x. returns  the number of paths outside the ends
  int (*place)(const Placing&, const Lanes& log_spot, const Lanes* weight, Lanes& x);
  /// The same with a reference for each path. expects  references are positive
  int (*place_each)(const Placing&, const Lanes& log_spot, const Lanes* weight, const Lanes& reference,
                    Lanes& x);
  /// out += quantity * weight * column; a weight that is null is 1.
  void (*add_weighted)(double quantity, const Lanes* weight, const Lanes& column, Lanes& out);
};

UNHEDGED_DECLARE_KERNELS(ContractKernels, contract_kernels)

}  // namespace unhedged::pricing
