#pragma once
#include <string>

#include "engine/simulation/plan.hpp"

namespace unhedged::app {

/// Today's surfaces of implied volatility and how far each expiry is from its quotes; empty if there are
/// none.
std::string surface_table(const simulation::Plan& plan);

}  // namespace unhedged::app
