#pragma once
#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"

namespace unhedged::app {

/// Of files that were read.
std::vector<std::string> names_of(const std::vector<std::pair<std::string, std::string>>& inputs);

config::LoadOptions load_options(const ConfigArguments& shared);

/// Prints warnings to stderr.
void print_warnings(const std::vector<Problem>& warnings);

/// Tells of the levels of risk beyond which so few losses are expected that there will be no interval.
void warn_of_few_losses(const simulation::Plan& plan);

}  // namespace unhedged::app
