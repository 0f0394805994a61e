#include "engine/simulation/watch.hpp"

#include "engine/simulation/schedule.hpp"

namespace unhedged::simulation {
namespace {

/// A floor without desks.
class Bystander {
 public:
  Bystander(const world::ScenarioEngine& engine, world::NoiseCache& noise, WorldSink& sink)
      : world_(engine), noise_(noise), sink_(sink) {}

  void start() { world_.start(noise_); }
  void enter(std::uint32_t step) { world_.observe_all_but_prices(step, noise_); }
  void evaluate(std::size_t asset, std::uint32_t) { world_.observe_price(asset); }
  void settle(std::uint32_t) {}
  void accrue(std::uint32_t) {}
  void trade(std::uint32_t) {}
  void record(std::uint32_t step) { sink_.at(world_, step); }
  void carry(std::uint32_t) {}
  void impact(std::uint32_t) {}
  void move(std::uint32_t step) { world_.step(step, noise_); }
  void finish(std::uint32_t horizon) {
    world_.observe(horizon, noise_);
    record(horizon);
  }

 private:
  world::BlockWorld world_;
  world::NoiseCache& noise_;
  WorldSink& sink_;
};

}  // namespace

void watch(const world::ScenarioEngine& engine, std::uint64_t seed, const PathIds& paths, WorldSink& sink,
           const Stop& stop) {
  world::NoiseCache noise(seed);
  noise.reset(paths);
  Bystander only(engine, noise, sink);
  Bystander* const all[] = {&only};
  const world::Scenario& scenario = engine.scenario();
  walk(std::span<Bystander* const>(all), scenario.today.size(), scenario.grid, stop);
}

}  // namespace unhedged::simulation
