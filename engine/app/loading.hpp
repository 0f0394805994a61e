#pragma once
#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"

namespace unhedged::app {

config::LoadOptions load_options(const ConfigArguments& shared);

/// Prints warnings to stderr.
void show(const std::vector<Problem>& warnings);

}  // namespace unhedged::app
