#pragma once
#include <string>

#include "engine/output/sweep_writer.hpp"

/// What a sweep prints.
namespace unhedged::app {

/// errors  UsageError if there is no such metric
void require_metric(const output::SweepResult& result, const std::string& metric);

/// A table for each scenario: points with what they set, and a metric of each hedger with its interval.
std::string sweep_table(const output::SweepResult& result, const std::string& metric, std::size_t width);
/// A line for each point, scenario, hedger and metric.
std::string sweep_csv(const output::SweepResult& result);
/// `file`: where the result stands.
std::string sweep_json(const output::SweepResult& result, const std::string& file);

}  // namespace unhedged::app
