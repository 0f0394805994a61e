#include "engine/simulation/column_means.hpp"

#include <algorithm>

#include "engine/risk/moments.hpp"
#include "engine/risk/tail.hpp"

namespace unhedged::simulation {
namespace {

risk::MetricInfo info_of(const Column& column) {
  risk::MetricInfo info = column.mean;
  info.concern = column.concern;
  return info;
}

bool is_reported(const Column& column, Shape shape) {
  return column.shape == shape && column.parts == 1 && !column.mean.name.empty();
}

risk::Estimate from_sums(const Tally& tally, double unit, std::uint64_t paths, double confidence) {
  return risk::times(risk::mean_from_sums(tally.sum / unit, tally.sum_of_squares, paths, confidence), unit);
}

risk::Estimate mean_of(const Plan& plan, const Outcome& outcome, std::size_t column, std::size_t scenario,
                       std::size_t part) {
  const Column& what = plan.columns[column];
  const double confidence = plan.risk.confidence;
  if (what.keep == Keep::mean)
    return from_sums(outcome.tally(column, scenario, part), outcome.unit(column), outcome.paths(),
                     confidence);
  if (what.element == Element::flag) {
    const auto hits = std::ranges::count(outcome.flags(column, scenario, part), std::uint8_t{1});
    return risk::proportion(static_cast<double>(hits), static_cast<double>(outcome.paths()), confidence);
  }
  const risk::Sample sample(outcome.numbers(column, scenario, part));
  return risk::estimate_mean(sample, risk::moments(sample), confidence);
}

/// The mean over that of the column it is held against.
risk::Estimate ratio_of(const Plan& plan, const Outcome& outcome, std::size_t column, std::size_t scenario,
                        std::size_t part) {
  const auto other = std::ranges::find_if(
      plan.columns, [&](const Column& one) { return one.data.name == plan.columns[column].over; });
  const auto over = static_cast<std::size_t>(other - plan.columns.begin());
  return risk::ratio_of_means(risk::Sample(outcome.numbers(column, scenario, part)),
                              risk::Sample(outcome.numbers(over, scenario, part)), plan.risk.confidence);
}

risk::MetricInfo ratio_info(const Column& column) {
  risk::MetricInfo info = column.ratio;
  info.concern = column.concern;
  return info;
}

risk::MetricInfo tail_info(const Column& column, double level) {
  risk::MetricInfo info = info_of(column);
  info.name = risk::metric_at_level(info.name + "_es", level);
  info.help =
      "mean of the worst of " + info.name.substr(0, info.name.find("_es_")) + ", as an expected shortfall";
  return info;
}

/// ES of what is worse the larger it is.
void append_tail(const Plan& plan, const Outcome& outcome, std::size_t column, std::size_t scenario,
                 std::size_t part, std::vector<risk::NamedEstimate>& out) {
  const double lowest = std::ranges::min(plan.risk.levels), confidence = plan.risk.confidence;
  const risk::Tail tail(outcome.numbers(column, scenario, part), lowest, confidence, risk::Tail::Worse::more);
  for (const double level : plan.risk.levels)
    out.push_back({std::make_shared<const risk::MetricInfo>(tail_info(plan.columns[column], level)),
                   tail.expected_shortfall(level, confidence)});
}

}  // namespace

std::vector<risk::NamedEstimate> column_means(const Plan& plan, const Outcome& outcome, Shape shape,
                                              std::size_t scenario, std::size_t part) {
  std::vector<risk::NamedEstimate> out;
  for (std::size_t c = 0; c < plan.columns.size(); ++c) {
    if (!is_reported(plan.columns[c], shape)) continue;
    out.push_back({std::make_shared<const risk::MetricInfo>(info_of(plan.columns[c])),
                   mean_of(plan, outcome, c, scenario, part)});
    if (!plan.columns[c].over.empty())
      out.push_back({std::make_shared<const risk::MetricInfo>(ratio_info(plan.columns[c])),
                     ratio_of(plan, outcome, c, scenario, part)});
    if (plan.columns[c].is_tailed) append_tail(plan, outcome, c, scenario, part, out);
  }
  return out;
}

std::vector<risk::MetricInfo> mean_infos(const Plan& plan, Shape shape) {
  std::vector<risk::MetricInfo> out;
  for (const Column& column : plan.columns) {
    if (!is_reported(column, shape)) continue;
    out.push_back(info_of(column));
    if (!column.over.empty()) out.push_back(ratio_info(column));
    for (std::size_t k = 0; column.is_tailed && k < plan.risk.levels.size(); ++k)
      out.push_back(tail_info(column, plan.risk.levels[k]));
  }
  return out;
}

}  // namespace unhedged::simulation
