#pragma once
#include <vector>

#include "engine/risk/metric.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

/// What the columns of a shape say of a scenario: the means that are reported, in the order of the plan's
/// list. Of sums the mean has Student's interval, of numbers kept path by path the widest one, of flags that
/// of a probability. shapes  `part` is the hedger, 0 or the regime
std::vector<risk::NamedEstimate> column_means(const Plan& plan, const Outcome& outcome, Shape shape,
                                              std::size_t scenario, std::size_t part);

/// What they are of.
std::vector<risk::MetricInfo> mean_infos(const Plan& plan, Shape shape);

}  // namespace unhedged::simulation
