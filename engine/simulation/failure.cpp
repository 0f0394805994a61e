#include "engine/simulation/failure.hpp"

#include <algorithm>
#include <cmath>

namespace unhedged::simulation {
namespace {

/// Index of the entry of that name; none: there is none.
std::optional<std::size_t> find(const auto& entries, const std::string& name) {
  const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return entry.name == name; });
  if (found == entries.end()) return {};
  return static_cast<std::size_t>(found - entries.begin());
}

std::string in_words(const FirstFailure& failure, const Plan& plan) {
  return std::string(failure.track) + " of " + plan.assets[failure.asset].name + " at step " +
         std::to_string(failure.step) + " of " + std::to_string(plan.grid.steps) + " (" +
         time_stamps(plan)[failure.step] + ")";
}

}  // namespace

std::optional<FirstFailure> first_failure(const PathRecord& record, std::size_t path_index) {
  for (std::size_t step = 0; step < record.steps; ++step)
    for (std::size_t asset = 0; asset < record.assets; ++asset)
      for (const Track& track : tracks())
        if (!std::isfinite(record.at(track.name, path_index, step, asset)))
          return FirstFailure{step, asset, track.name};
  return {};
}

NumericalError located(const NumericalError& error, const PreparedRun& prepared, Stop stop) {
  const Plan& plan = prepared.plan();
  const auto scenario = find(plan.scenarios, error.scenario()), hedger = find(plan.hedgers, error.hedger());
  if (!scenario || !hedger || error.path() >= plan.paths) return error;
  const PathRecord record = replay(prepared, *scenario, *hedger, {error.path()}, stop);
  const std::optional<FirstFailure> first = first_failure(record, 0);
  const std::string where = first ? "on it the first that is not finite is " + in_words(*first, plan)
                                  : "on it every recorded number is finite, their sum is not";
  return NumericalError(std::string(error.what()) + "; " + where);
}

}  // namespace unhedged::simulation
