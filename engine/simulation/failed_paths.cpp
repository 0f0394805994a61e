#include "engine/simulation/failed_paths.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/errors.hpp"

namespace unhedged::simulation {
namespace {

bool is_bad(double x) { return !std::isfinite(x); }

bool all_finite(std::span<const double> numbers) {
  std::uint64_t beyond = 0;
  for (const double x : numbers) beyond |= std::abs(x) <= std::numeric_limits<double>::max() ? 0 : 1;
  return beyond == 0;
}

FailedPaths described(const Outcome& outcome, std::uint64_t count) {
  FailedPaths out{count, {}};
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) {
      const std::span<const double> pnl = outcome.pnl(s, h);
      if (all_finite(pnl)) continue;
      const auto first = static_cast<std::uint64_t>(std::ranges::find_if(pnl, is_bad) - pnl.begin());
      out.cells.push_back(
          {s, h, static_cast<std::uint64_t>(std::ranges::count_if(pnl, is_bad)), outcome.path_at(first)});
    }
  return out;
}

}  // namespace

std::vector<std::uint64_t> failed_places(const Outcome& outcome, std::uint64_t paths) {
  std::vector<std::uint64_t> out;
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t h = 0; h < outcome.hedgers(); ++h) {
      const std::span<const double> pnl = outcome.pnl(s, h).first(paths);
      if (all_finite(pnl)) continue;
      for (std::uint64_t place = 0; place < paths; ++place)
        if (is_bad(pnl[place])) out.push_back(place);
    }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool are_too_many(const Plan& plan, std::uint64_t failed, std::uint64_t paths) {
  if (failed == 0) return false;
  const std::uint64_t least = std::max<std::uint64_t>(2, plan.worst_paths);
  const double allowed = plan.failed_share * static_cast<double>(paths) * (1 + 1e-9);
  return static_cast<double>(failed) > allowed || paths - failed < least;
}

std::span<const double> without(std::span<const std::uint64_t> failed, std::span<const double> numbers,
                                std::vector<double>& room) {
  if (failed.empty()) return numbers;
  room.clear();
  auto next = failed.begin();
  for (std::uint64_t place = 0; place < numbers.size(); ++place) {
    if (next != failed.end() && *next == place) ++next;
    else room.push_back(numbers[place]);
  }
  return room;
}

void leave_out_failed(const Plan& plan, Outcome& outcome) {
  const std::vector<std::uint64_t> failed = failed_places(outcome, outcome.paths());
  if (failed.empty()) return;
  FailedPaths found = described(outcome, failed.size());
  if (are_too_many(plan, failed.size(), outcome.paths())) {
    const FailedCell& cell = found.cells.front();
    throw NumericalError(plan.scenarios[cell.scenario].name, plan.hedgers[cell.hedger].name, cell.first,
                         cell.count);
  }
  outcome.leave_out(failed);
  outcome.failed = std::move(found);
}

}  // namespace unhedged::simulation
