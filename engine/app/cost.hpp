#pragma once
#include "engine/app/commands.hpp"
#include "engine/config/load.hpp"
#include "engine/simulation/workload.hpp"

namespace unhedged::app {

/// Threads that a run takes.
int threads_of(const RunArguments& arguments);
/// "about 3 min", "52 MiB", "20000 paths x 720 steps x ...".
std::string time_text(double seconds);
std::string size_text(double bytes);
std::string product_text(const simulation::Plan& plan);
/// Hedge steps of one path, over scenarios, hedgers and assets.
double steps_per_path(const simulation::Plan& plan);
/// Bytes this process may still take: of the machine, of its control group, of its own limit.
double available_bytes();

/// Seconds that a run is expected to take, to a factor of two or three.
double foretold_seconds(const config::Configuration& configuration, const RunArguments& arguments);

/// errors  IoError with the arithmetic where memory cannot hold a run: more than is available and than
///         --memory
void require_memory(const config::Configuration& configuration, const RunArguments& arguments,
                    const simulation::Workload& work);

/// Says what a run will take before it starts, in one line; warns above an hour.
/// errors  IoError as require_memory
void tell_cost(const config::Configuration& configuration, const RunArguments& arguments);

}  // namespace unhedged::app
