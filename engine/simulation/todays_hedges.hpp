#pragma once
#include <vector>

#include "engine/core/stop.hpp"
#include "engine/margin/portfolio.hpp"
#include "engine/simulation/plan.hpp"

namespace unhedged::simulation {

/// What a hedger holds of an asset, or of what is traded on it.
struct TodaysHedge {
  std::size_t asset = 0;
  std::size_t line = 0;  ///< of its desk
  margin::MarginPosition held;
};

/// What each hedger trades to today, at today's quotes, as if every order were filled at once and whole: what
/// its strategy wants by its own model, where its rules let it trade today. shapes  [hedger]
/// errors  Interrupted; IoError if the threads cannot be had
std::vector<std::vector<TodaysHedge>> todays_hedges(const Plan& plan, Stop stop = {});

}  // namespace unhedged::simulation
