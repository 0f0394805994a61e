#pragma once
#include <string>

#include "engine/simulation/report.hpp"

namespace unhedged::app {

/// Where the losses of the tails come from, a line for each hedger of each scenario, or only for the best of
/// each where those would be many; empty if nobody asked. expects  width >= 60
std::string causes_text(const simulation::Plan& plan, const simulation::Report& report, std::size_t width);

}  // namespace unhedged::app
