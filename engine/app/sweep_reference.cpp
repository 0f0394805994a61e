#include "engine/app/sweep_reference.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "engine/core/errors.hpp"
#include "engine/output/result_parts.hpp"

namespace unhedged::app {

void ReferencePoint::keep(const simulation::Outcome& outcome, std::uint64_t seed,
                          const simulation::StorageLimits& limits) {
  seed_ = seed;
  paths_ = outcome.paths();
  failed_ = outcome.failed.count;
  pnl_.emplace(outcome.scenarios() * outcome.hedgers() * paths_ * sizeof(double), limits);
  double* to = pnl_->as<double>();
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) to = std::ranges::copy(outcome.pnl(s, h), to).out;
}

std::vector<double> ReferencePoint::less(const simulation::Outcome& outcome, std::uint64_t seed,
                                         const risk::Settings& settings) const {
  UNHEDGED_EXPECT(is_there());
  const std::vector<risk::Metric> metrics = risk::paired_metrics(settings);
  constexpr std::size_t parts = 4;
  if (outcome.paths() != paths_ || seed != seed_ || failed_ > 0 || outcome.failed.count > 0)
    return std::vector<double>(outcome.scenarios() * outcome.hedgers() * metrics.size() * parts,
                               std::numeric_limits<double>::quiet_NaN());
  std::vector<double> out;
  const double* from = pnl_->as<double>();
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h, from += paths_) {
      const risk::Digest here(outcome.pnl(s, h), settings), there(std::span(from, paths_), settings);
      std::ranges::copy(output::flat(risk::estimates(metrics, {here, there, settings})),
                        std::back_inserter(out));
    }
  return out;
}

}  // namespace unhedged::app
