#pragma once
#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"

namespace unhedged::app {

/// Seconds that a run is expected to take, to a factor of two or three.
double foretold_seconds(const config::Configuration& configuration, const RunArguments& arguments);

/// Says what a run will take before it starts, in one line; warns above an hour.
/// errors  IoError with the arithmetic where memory cannot hold it: more than is available and than --memory
void tell_cost(const config::Configuration& configuration, const RunArguments& arguments);

}  // namespace unhedged::app
