#pragma once
#include <string>

#include "engine/simulation/report.hpp"

namespace unhedged::app {

/// How often more is lost than yardsticks require, a line for each yardstick and hedger of each scenario, or
/// only for the best hedger of each where those would be many; empty if nobody asked. expects  width >= 60
std::string coverage_text(const simulation::Plan& plan, const simulation::Report& report, std::size_t width);

}  // namespace unhedged::app
