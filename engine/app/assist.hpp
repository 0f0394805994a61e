#pragma once
#include "engine/app/commands.hpp"
#include "engine/cluster/transport.hpp"
#include "engine/output/journal.hpp"

namespace unhedged::app {

/// What a process of a shared run is told to simulate.
std::string orders_of(const output::JournalHead& head);

/// Simulates for the process that leads, which reads, writes and says all there is to say.
int assist(cluster::Transport& transport, const RunArguments& arguments);

}  // namespace unhedged::app
