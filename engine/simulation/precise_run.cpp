#include "engine/simulation/precise_run.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/risk/precision.hpp"
#include "engine/simulation/failed_paths.hpp"

namespace unhedged::simulation {
namespace {

double lowest_level(const std::vector<risk::Precision>& targets) {
  return std::ranges::min_element(targets, {}, &risk::Precision::level)->level;
}

/// The worst of all over what was asked for.
Imprecision worst_of(const Plan& plan, const Outcome& outcome, std::uint64_t paths) {
  Imprecision worst;
  double most = -1;
  const std::vector<std::uint64_t> failed = failed_places(outcome, paths);
  if (are_too_many(plan, failed.size(), paths)) return {0, 0, 0, NAN};
  std::vector<double> room;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      if (!is_under_test(plan, h)) continue;
      const std::span<const double> pnl = without(failed, outcome.pnl(s, h).first(paths), room);
      const risk::Tail tail(pnl, lowest_level(plan.precision), plan.risk.confidence);
      for (std::size_t t = 0; t < plan.precision.size(); ++t) {
        const double error = risk::relative_error(plan.precision[t], tail, plan.risk.confidence);
        if (error / plan.precision[t].error <= most) continue;
        most = error / plan.precision[t].error;
        worst = {s, h, t, error};
      }
    }
  return worst;
}

}  // namespace

bool is_under_test(const Plan& plan, std::size_t hedger) {
  const auto hedges = [](const hedging::Hedger& who) { return who.hedges(); };
  return hedges(plan.hedgers[hedger]) || std::ranges::none_of(plan.hedgers, hedges);
}

Imprecision run_to_precision(Simulation& simulation, const Plan& plan) {
  Imprecision worst;
  UNHEDGED_EXPECT(!plan.precision.empty());
  std::uint64_t look = std::max<std::uint64_t>(risk::first_look(plan.precision), plan.worst_paths);
  for (;; look = risk::next_look(look)) {
    const std::uint64_t batches = batches_of(std::min(look, plan.paths));
    const std::uint64_t paths = std::min(batches * kBatchPaths, plan.paths);
    simulation.run(batches);
    if (simulation.outcome().paths_in_a_row() < paths) return worst;
    worst = worst_of(plan, simulation.outcome(), paths);
    if (worst.met(plan) || paths == plan.paths || std::isnan(worst.error)) return worst;
  }
}

}  // namespace unhedged::simulation
