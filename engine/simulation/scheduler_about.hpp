#pragma once
#include <string>

namespace unhedged::simulation {

/// The library that hands out work to threads, and its version.
std::string about_scheduler();

}  // namespace unhedged::simulation
