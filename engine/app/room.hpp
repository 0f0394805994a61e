#pragma once
#include <string>

#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"
#include "engine/simulation/path_storage.hpp"

namespace unhedged::app {

/// Bytes a folder's file system has left for us; infinite where it does not say.
double free_bytes(const std::string& folder);

/// Where the P&L is kept until it is written, once it is sure that it and the result have room: asked before
/// hours are spent. `journal_bytes`: that will stand beside them. The P&L stays in memory up to a limit and
/// then goes to a file beside the result. errors  IoError that names what is needed and what is free
simulation::StorageLimits require_room(const config::Configuration& configuration,
                                       const RunArguments& arguments, const std::string& target,
                                       double journal_bytes);

}  // namespace unhedged::app
