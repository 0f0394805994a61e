#pragma once
#include "engine/core/stop.hpp"
#include "engine/world/block_world.hpp"

namespace unhedged::simulation {

/// Looks at a world at every grid time, the horizon included.
class WorldSink {
 public:
  virtual ~WorldSink() = default;
  virtual void at(const world::BlockWorld& world, std::uint32_t step) = 0;
};

/// Walks one block of paths of a scenario in which nobody trades. errors  Interrupted
void watch(const world::ScenarioEngine& engine, std::uint64_t seed, const PathIds& paths, WorldSink& sink,
           const Stop& stop = {});

}  // namespace unhedged::simulation
