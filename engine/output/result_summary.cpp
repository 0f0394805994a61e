#include "engine/output/result_parts.hpp"

namespace unhedged::output {
namespace {

using Estimates = simulation::Report::Estimates;

std::vector<std::string> column_of(const Estimates& estimates, std::string risk::MetricInfo::*member) {
  std::vector<std::string> out;
  for (const risk::NamedEstimate& one : estimates) out.push_back((*one.what).*member);
  return out;
}

void describe(const ResultParts& parts, const Dimension& metric, const Estimates& what) {
  parts.file.create({metric.path + "_units", ElementType::text, {metric}, "", "units of each metric"});
  std::vector<std::string> units = column_of(what, &risk::MetricInfo::unit);
  for (std::string& unit : units) unit = parts.file.renamed(unit);
  parts.file.write_text(metric.path + "_units", units);
  parts.file.create({metric.path + "_meaning", ElementType::text, {metric}, "", "meaning of each metric"});
  parts.file.write_text(metric.path + "_meaning", column_of(what, &risk::MetricInfo::help));
}

void write_paired(const ResultParts& parts, Dimensions& root) {
  const auto names = column_of(parts.report.paired[0][0][0], &risk::MetricInfo::name);
  const Dimension metric = root.text("paired_metric", names, "what is compared");
  parts.file.create({"/paired_difference",
                     ElementType::float64,
                     {root.scenario(), root.hedger(), root.reference(), metric, root.estimate()},
                     risk::kMoney,
                     "hedger less reference on the same paths"});
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < parts.outcome.hedgers(); ++h)
      for (std::size_t r = 0; r < parts.outcome.hedgers(); ++r)
        parts.file.write("/paired_difference", {s, h, r}, flat(parts.report.paired[s][h][r]).data());
}

}  // namespace

void write_summary(const ResultParts& parts, Dimensions& root) {
  const Estimates& first = parts.report.summary[0][0];
  const Dimension metric =
      root.text("metric", column_of(first, &risk::MetricInfo::name), "what is estimated");
  describe(parts, metric, first);
  parts.file.create({"/summary",
                     ElementType::float64,
                     {root.scenario(), root.hedger(), metric, root.estimate()},
                     "see metric_units",
                     "risk numbers with their uncertainty"});
  for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < parts.outcome.hedgers(); ++h)
      parts.file.write("/summary", {s, h}, flat(parts.report.summary[s][h]).data());
  write_paired(parts, root);
}

void write_convergence(const ResultParts& parts) {
  const auto& first = parts.report.convergence[0][0];
  if (first.empty()) return;
  parts.file.group("/convergence");
  Dimensions group(parts, "/convergence");
  std::vector<double> paths;
  for (const simulation::Checkpoint& checkpoint : first)
    paths.push_back(static_cast<double>(checkpoint.paths));
  const Dimension used = group.numbers("paths_used", paths, "1", "number of first paths used");
  const auto write = [&](const std::string& name, risk::Estimate simulation::Checkpoint::*member) {
    const std::string path = group.in_group(name);
    parts.file.create({path,
                       ElementType::float64,
                       {group.scenario(), group.hedger(), used, group.estimate()},
                       risk::kMoney,
                       name + " from the first paths only"});
    for (std::size_t s = 0; s < parts.outcome.scenarios(); ++s)
      for (std::size_t h = 0; h < parts.outcome.hedgers(); ++h) {
        std::vector<risk::Estimate> estimates;
        for (const simulation::Checkpoint& c : parts.report.convergence[s][h]) estimates.push_back(c.*member);
        parts.file.write(path, {s, h}, flat(estimates).data());
      }
  };
  write("mean", &simulation::Checkpoint::mean);
  write(risk::metric_at_level("es", parts.plan().risk.levels.back()), &simulation::Checkpoint::shortfall);
}

}  // namespace unhedged::output
