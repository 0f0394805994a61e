#include "engine/simulation/worker.hpp"

#include <unistd.h>

#include <algorithm>

#include "engine/simulation/batch.hpp"
#include "engine/simulation/explained.hpp"
#include "engine/simulation/schedule.hpp"

namespace unhedged::simulation {
namespace {

constexpr std::size_t kFarCacheBytes = 8192u << 10;

/// Second-level cache of a processor; a usual size where the system does not say.
std::size_t near_cache_bytes() {
  constexpr std::size_t usual = 1024u << 10;
  const long bytes = ::sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? static_cast<std::size_t>(bytes) : usual;
}

/// That a scenario reads in a step.
std::size_t table_bytes(const PreparedRun& prepared) {
  return prepared.surfaces().table_bytes / (prepared.plan().grid.steps * prepared.plan().scenarios.size());
}

/// As many as stay in the near cache with what a scenario goes through, and in the far one with all of it.
/// Where not even one does, blocks stream through anyway, and the more there are the less tables do. One
/// where the tables of a step, which others would find in the nearest cache, are small beside the state,
/// which they would push out of it.
std::size_t block_count(const StateBytes& state, std::size_t tables) {
  if (2 * tables <= state.scenario) return 1;
  const std::size_t near = near_cache_bytes() / 4 * 3 / state.scenario, far = kFarCacheBytes / state.all;
  return std::clamp<std::size_t>(near == 0 ? far : std::min(near, far), 1, kMostBlocks);
}

}  // namespace

Worker::Worker(const PreparedRun& prepared, std::size_t most, Stop stop)
    : plan_(&prepared.plan()), stop_(stop), floors_(prepared.plan().scenarios.size()) {
  blocks_.emplace_back(prepared);
  const StateBytes state = blocks_.front().state();
  const std::size_t tables = table_bytes(prepared), wanted = std::min(most, block_count(state, tables));
  const bool fetches = wanted == 1 && 2 * (state.scenario + tables) > near_cache_bytes();
  while (blocks_.size() < wanted) blocks_.emplace_back(prepared);
  for (PathBlock& block : blocks_)
    for (Floor& floor : block.floors()) {
      floor.fetch_tables(fetches);
      floors_[floor.scenario()].push_back(&floor);
    }
}

std::size_t Worker::simulate(std::uint64_t first, std::uint64_t end) {
  const auto wanted = static_cast<std::size_t>((end - first + kLanes - 1) / kLanes);
  const std::size_t count = std::min(blocks_.size(), wanted);
  for (std::size_t block = 0; block < count; ++block) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      paths_[block].value[lane] = first + block * kLanes + lane;
    blocks_[block].reset(paths_[block]);
    blocks_[block].explain(is_explained(plan_->explained, first / kBatchPaths + block));
  }
  std::vector<std::span<Floor* const>> groups;
  for (const std::vector<Floor*>& of_scenario : floors_)
    groups.push_back(std::span(of_scenario).first(of_scenario.size() / blocks_.size() * count));
  walk(std::span<const std::span<Floor* const>>(groups), plan_->assets.size(), plan_->grid, stop_);
  return count;
}

}  // namespace unhedged::simulation
