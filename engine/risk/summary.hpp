#pragma once
#include <span>
#include <string>
#include <vector>

#include "engine/risk/moments.hpp"
#include "engine/risk/settings.hpp"
#include "engine/risk/tail.hpp"

namespace unhedged::risk {

struct MetricInfo {
  std::string name;   ///< as in the result file, e.g. es_99
  std::string unit;   ///< "account currency", "1" or "probability"
  std::string help;
};

/// P&L of the paths with its tail sorted out once.
struct Sample {
  Sample(std::span<const double> values, const Settings& settings);

  std::span<const double> pnl;
  Tail tail;
  Moments moments;
};

/// What is reported for a scenario and hedger, in this order.
std::vector<MetricInfo> metric_table(const Settings& settings);

/// Estimates in the order of metric_table, except the flows and what feedback adds, which come from elsewhere.
/// shapes  pnl, unhedged: [path], the same paths
std::vector<Estimate> summarise(const Sample& sample, const Sample& unhedged,
                                const Settings& settings);

/// What is compared between two hedgers on the same paths.
std::vector<MetricInfo> paired_table(const Settings& settings);

/// first - second, for every metric of paired_table; errors from the paired differences.
std::vector<Estimate> paired_differences(const Sample& first, const Sample& second,
                                         const Settings& settings);

/// "es" + level as a file or a user writes it: es_99, es_97.5.
std::string level_name(const std::string& measure, double level);

}  // namespace unhedged::risk
