#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "engine/margin/matrix.hpp"
#include "engine/simulation/scan_kernels.hpp"

namespace unhedged::simulation {

/// Of scenarios what kernels count with, padded to whole vectors by such that never lose. A hedge that is
/// worth H loses slope H.
template <class Number>
struct ScanWeights {
  std::vector<Number> weight, slope, dampener;  // [scenario]

  ScanWeights() = default;
  explicit ScanWeights(std::span<const margin::MarginScenario> scenarios) {
    constexpr double never = 1e30;
    const std::size_t padded = (scenarios.size() + kScanWidth - 1) / kScanWidth * kScanWidth;
    weight.resize(padded);
    slope.resize(padded);
    dampener.resize(padded, static_cast<Number>(never));
    for (std::size_t k = 0; k < scenarios.size(); ++k) {
      const margin::MarginScenario& one = scenarios[k];
      weight[k] = static_cast<Number>(one.weight);
      slope[k] = static_cast<Number>(-one.weight * one.move);
      dampener[k] = static_cast<Number>(one.dampener);
    }
  }

  std::size_t count() const { return weight.size(); }
};

/// Values above are not told singly precise.
inline constexpr double kLargestScanned = 1e28;
/// Of values that are: eight roundings of theirs and of sums of two.
inline constexpr double kScanRounding = 5e-7;

}  // namespace unhedged::simulation
