#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

namespace unhedged::pricing {

/// An option that pays max(side (sum of weight * S - strike), 0), on the paths of a block. Legs are counted
/// by `leg`; arrays of them have `legs` entries.
struct MultiAssetState {
  std::size_t legs;
  double strike;              ///< not negative
  const double* correlation;  ///< [leg][leg]
  const double* sign;         ///< [leg] of the weights
  const Lanes* forward;       ///< [leg] weight * forward, of that sign; its size is positive
  const Lanes* deviation;     ///< [leg] volatility sqrt(life)
};

/// By which normal variable z, correlated with the assets, the option would best be exercised: where
/// z > threshold. It is where the sum of weight * forward * e^(loading z - loading^2 / 2) is the strike.
struct ExerciseRule {
  Lanes* loading;   ///< [leg] covariance of the log price with z
  Lanes* boundary;  ///< [leg] the parts of the sum at the threshold
  Lanes* share;     ///< [leg] room for the search
  Lanes* threshold;
  Lanes* slope;    ///< of the sum at the threshold: sum of loading * boundary
  Lanes* turning;  ///< what a turn of the rule loses, in the second order
  Lanes* mixed;    ///< the same of a turn and a shift of the threshold
};

/// count: lanes, a multiple of 16.
struct MultiAssetKernels {
  void (*find)(const MultiAssetState&, const ExerciseRule&, std::size_t count);
  /// out += factor * Phi(side (loading - threshold)) * times; null: 1.
  void (*add_chance)(const ExerciseRule&, std::size_t leg, double side, double factor, const Lanes* times,
                     std::size_t count, Lanes& out);
  /// out += factor * Phi(-side threshold)
  void (*add_exercise)(const ExerciseRule&, double side, double factor, std::size_t count, Lanes& out);
  /// out += factor * d2 of what the rule earns / d spot^2, the rule going with the spot
  void (*add_gamma)(const MultiAssetState&, const ExerciseRule&, std::size_t leg, double factor,
                    const Lanes& spot, std::size_t count, Lanes& out);
  /// out += factor * phi(threshold) * boundary * loading / by; null: 1.
  void (*add_vega)(const ExerciseRule&, std::size_t leg, double factor, const Lanes* by, std::size_t count,
                   Lanes& out);
};

UNHEDGED_DECLARE_KERNELS(MultiAssetKernels, multi_asset_kernels)

}  // namespace unhedged::pricing
