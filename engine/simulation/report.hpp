#pragma once
#include <string>
#include <vector>

#include "engine/risk/summary.hpp"
#include "engine/simulation/explained.hpp"
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

/// A regime of a scenario and the means of the columns by regime.
struct RegimeMeans {
  std::string regime;
  std::vector<risk::NamedEstimate> means;
};

/// Every number a run reports.
struct Report {
  FailedPaths failed;                                  ///< that are left out
  std::uint64_t paths = 0;                             ///< it is made from
  using Estimates = std::vector<risk::NamedEstimate>;  // [metric]
  std::vector<std::vector<Estimates>> summary;         // [scenario][hedger], the same metrics in each
  /// [scenario][hedger][reference]: hedger less reference, on the same paths
  std::vector<std::vector<std::vector<Estimates>>> paired;
  std::vector<std::vector<std::vector<Checkpoint>>> convergence;  // [scenario][hedger][checkpoint]
  std::vector<std::vector<PathRecord>> worst;                     // [scenario][hedger]
  std::vector<Estimates> scenario_means;                          // [scenario], of the columns by scenario
  std::vector<std::vector<RegimeMeans>> regimes;                  // [scenario][regime]
  std::vector<std::vector<Explanation>> explained;  ///< [scenario][hedger]; inner ones empty: nobody asked
  std::vector<std::vector<double>> required;  ///< [yardstick of the plan][hedger] today, account currency
  std::vector<Breach> breaches;  ///< of hedgers that hedge; of the unhedged book only where none does

  const risk::Estimate& at(std::size_t scenario, std::size_t hedger, const std::string& metric) const;
};

/// What the summary of a plan's run holds, in its order: the risk numbers, then the means of the columns by
/// hedger.
std::vector<risk::MetricInfo> summary_metrics(const Plan& plan);

/// errors  NumericalError where a number that is defined is not finite; Interrupted
Report make_report(const PreparedRun& prepared, const Outcome& outcome, Stop stop = {});

/// Hedger with the least expected shortfall at the highest level in a scenario.
std::size_t best_hedger(const Report& report, const Plan& plan, std::size_t scenario);

}  // namespace unhedged::simulation
