#pragma once
#include <vector>

#include "engine/app/page/tail_numbers.hpp"

namespace unhedged::app {

/// A hedger held against the best of its scenario.
struct Rival {
  std::size_t hedger = 0;
  risk::Estimate above_best;  ///< its expected shortfall less that of the best, on the same paths
  double p_value = 1;         ///< of no difference, adjusted as in `compare`; NaN: too few paths to say
  bool told_apart = false;    ///< whether `compare` calls the difference significant
};

/// The hedgers that hedge, by their expected shortfall.
struct ScenarioOrder {
  std::size_t best = 0;
  std::vector<Rival> rivals;  ///< all others, the least shortfall first
};

/// expects  at least one hedger that hedges
ScenarioOrder ranking_of(const TailNumbers& numbers, std::size_t scenario);

}  // namespace unhedged::app
