#pragma once
#include <cstdint>
#include <string>

#include "engine/config/load.hpp"

namespace unhedged::app {

/// What happened beside what the scenario does on the market of that day.
/// errors  ConfigError where the history does not make sense
std::string history_table(const config::ScenarioSpec& spec, std::uint64_t paths);

/// What was measured, with its unit: 32 x, -37.2 %, 30 h.
std::string fact_text(const simulation::Fact& fact, double x, const world::Scenario& scenario);

}  // namespace unhedged::app
