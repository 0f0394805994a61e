#pragma once
#include "engine/app/conclude.hpp"
#include "engine/simulation/run.hpp"

namespace unhedged::app {

/// What a simulation comes to. Tells of the paths that are left out because they end in no number: how many
/// of which hedger, where the first left the numbers, and the command that shows it.
/// errors  NumericalError with the same of a run in which there are too many; Interrupted
simulation::Outcome take_outcome(simulation::Simulation& simulation, const Underway& run);

}  // namespace unhedged::app
