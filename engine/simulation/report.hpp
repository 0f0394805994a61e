#pragma once
#include <string>
#include <vector>

#include "engine/risk/summary.hpp"
#include "engine/simulation/prepared_run.hpp"
#include "engine/simulation/recorder.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

/// A hedger's shortfall over its limit.
struct Breach {
  std::size_t scenario, hedger;
  std::string limit;
  double amount, value;
};

/// Estimates from the first `paths` paths only: how far the numbers have settled.
struct Checkpoint {
  std::uint64_t paths;
  risk::Estimate mean, shortfall;  ///< shortfall at the highest level
};

/// Share of the horizon a scenario's paths spend in a regime.
struct RegimeShare {
  std::string regime;
  risk::Estimate share;
};

/// Every number a run reports.
struct Report {
  std::vector<risk::MetricInfo> metrics, paired_metrics;
  std::vector<std::vector<std::vector<risk::Estimate>>> summary;  // [scenario][hedger][metric]
  /// [scenario][hedger][reference][paired metric]: hedger less reference, on the same paths
  std::vector<std::vector<std::vector<std::vector<risk::Estimate>>>> paired;
  std::vector<std::vector<std::vector<Checkpoint>>> convergence;  // [scenario][hedger][checkpoint]
  std::vector<std::vector<PathRecord>> worst;                     // [scenario][hedger]
  std::vector<std::vector<RegimeShare>> regime_time;              // [scenario][regime]
  std::vector<Breach> breaches;  ///< of hedgers that hedge; of the unhedged book only where none does

  const risk::Estimate& at(std::size_t scenario, std::size_t hedger, const std::string& metric) const;
};

/// errors  NumericalError where a number that is defined is not finite; Interrupted
Report make_report(const PreparedRun& prepared, const Outcome& outcome, Stop stop = {});

/// Hedger with the least expected shortfall at the highest level in a scenario.
std::size_t best_hedger(const Report& report, const Plan& plan, std::size_t scenario);

}  // namespace unhedged::simulation
