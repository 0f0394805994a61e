#include "engine/output/hdf5_file.hpp"
#include "engine/output/result_writer.hpp"

namespace unhedged::output {
namespace {

/// Of the file itself and of all that does not grow with the paths: attributes, names, indices of chunks.
constexpr double kFixedBytes = 512 << 10, kShareOfIndices = 0.01;

/// Of a short text (the date of a grid time, the name of a position) with what the file keeps beside it.
constexpr double kTextBytes = 64;

double paths_bytes(const simulation::Plan& plan) {
  double bytes = 0;
  for (const simulation::Column& column : plan.columns) {
    if (column.keep != simulation::Keep::every_path) continue;
    const bool flag = column.element == simulation::Element::flag;
    bytes += stored_bytes(flag ? ElementType::uint8 : ElementType::float64,
                          {plan.scenarios.size(), width(column, plan, 0), plan.paths});
  }
  return bytes;
}

double paired_bytes(const simulation::Plan& plan) {
  const std::uint64_t metrics = risk::paired_metrics(plan.risk).size(), hedgers = plan.hedgers.size();
  return stored_bytes(ElementType::float64, {plan.scenarios.size(), hedgers, hedgers, metrics, 4});
}

double worst_paths_bytes(const simulation::Plan& plan) {
  if (plan.worst_paths == 0) return 0;
  std::vector<std::uint64_t> sizes{plan.scenarios.size(), plan.hedgers.size(), plan.worst_paths,
                                   plan.grid.steps + 1};
  const double regimes = stored_bytes(ElementType::uint8, sizes);
  sizes.push_back(plan.assets.size());
  return kTextBytes * static_cast<double>(plan.grid.steps + 1) + regimes +
         static_cast<double>(simulation::tracks().size()) * stored_bytes(ElementType::float64, sizes);
}

double book_bytes(const simulation::Plan& plan) {
  constexpr double texts = 4, numbers = 5;
  return (texts * kTextBytes + numbers * 8) * static_cast<double>(plan.positions.size());
}

}  // namespace

double estimated_bytes(const simulation::Plan& plan) {
  const double data = paths_bytes(plan) + paired_bytes(plan) + worst_paths_bytes(plan) + book_bytes(plan);
  return kFixedBytes + (1 + kShareOfIndices) * data;
}

}  // namespace unhedged::output
