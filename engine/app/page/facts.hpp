#pragma once
#include <nlohmann/json_fwd.hpp>

#include "engine/app/page/run_choices.hpp"

namespace unhedged::app {

/// What happened beside what the scenario does on the market of its day, as the run took the scenario: title,
/// description, sources, and rows of facts; without those, why.
/// `paths`: simulated for it; 0: facts come without a simulation
nlohmann::json facts_of(const ScenarioTaken& scenario, std::uint64_t paths);

}  // namespace unhedged::app
