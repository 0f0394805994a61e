#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/risk/comparison.hpp"
#include "engine/risk/metric.hpp"

namespace unhedged::risk {

/// A number that is reported, with the function that estimates it: name and number cannot part.
struct Metric {
  Metric(MetricInfo info, std::function<Estimate(const Comparison&)> function)
      : what(std::make_shared<const MetricInfo>(std::move(info))), estimate(std::move(function)) {}

  std::shared_ptr<const MetricInfo> what;
  std::function<Estimate(const Comparison&)> estimate;
};

/// What the P&L of a hedger tells, in the order of a report; the reference is the unhedged book.
std::vector<Metric> metrics(const Settings& settings);

/// What is compared between two hedgers, the first less the reference.
std::vector<Metric> paired_metrics(const Settings& settings);

std::vector<NamedEstimate> estimates(const std::vector<Metric>& metrics, const Comparison& comparison);

}  // namespace unhedged::risk
