#pragma once
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/risk/estimate.hpp"
#include "engine/simulation/prepared_run.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

/// What the causes of the P&L come to in the tail of one hedger: Euler's contributions to -ES.
struct TailCauses {
  std::vector<risk::Estimate> bucket;    ///< [bucket]
  std::vector<double> by_asset;          ///< [asset][bucket]; empty: there is one asset
  std::vector<risk::Estimate> by_group;  ///< [group and hedging]; empty: there are no groups
};

/// Of every hedger in a scenario, at the highest level, from the paths of the tails alone.
/// errors  Interrupted
std::vector<TailCauses> causes_of_tails(const PreparedRun& prepared, const Outcome& outcome,
                                        std::size_t scenario, const Stop& stop);

}  // namespace unhedged::simulation
