#include "engine/simulation/store.hpp"

#include <cmath>
#include <limits>

#include "engine/simulation/explained.hpp"

namespace unhedged::simulation {
namespace {

/// Lanes that end in a P&L that is not finite for some hedger in some scenario.
std::vector<std::size_t> failed_lanes(const Plan& plan, const PathBlock& block, std::size_t lanes) {
  std::vector<std::size_t> out;
  std::vector<Lanes> pnl(1);
  std::array<std::uint64_t, kLanes> beyond{};
  std::uint64_t any = 0;
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (std::size_t h = 0; h < plan.hedgers.size(); ++h) {
      plan.columns.front().compute({block, s, h}, pnl);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const bool finite = std::abs(pnl[0][lane]) <= std::numeric_limits<double>::max();
        beyond[lane] |= finite ? 0 : 1;
      }
    }
  for (std::size_t lane = 0; lane < lanes; ++lane) any |= beyond[lane];
  for (std::size_t lane = 0; any != 0 && lane < lanes; ++lane)
    if (beyond[lane] != 0) out.push_back(lane);
  return out;
}

/// One column of one scenario, with room for its numbers. Means are kept without lanes that have failed.
class Keeper {
 public:
  Keeper(const Plan& plan, const PathBlock& block, const PathRange& range, Outcome& outcome, TallySums& sums)
      : plan_(plan),
        block_(block),
        range_(range),
        outcome_(outcome),
        sums_(sums),
        failed_(failed_lanes(plan, block, range.lanes)) {}

  void keep(std::size_t column, std::size_t scenario) {
    const Column& what = plan_.columns[column];
    if (what.shape != Shape::scenario_hedger)
      return fill(what, column, {block_, scenario, 0}, 0, width(what, plan_, scenario));
    for (std::size_t h = 0; h < plan_.hedgers.size(); ++h)
      if (concerns(what.concern, plan_, scenario, h))
        fill(what, column, {block_, scenario, h}, h * what.parts, what.parts);
  }

 private:
  void fill(const Column& what, std::size_t column, const FinishedBlock& view, std::size_t first,
            std::size_t count) {
    if (is_of_causes(what) && view.attribution == nullptr) return;  // of batches that are not taken apart
    if (room_.size() < count) room_.resize(count);
    what.compute(view, {room_.data(), count});
    for (std::size_t k = 0; what.keep == Keep::mean && k < count; ++k)
      for (const std::size_t lane : failed_) room_[k][lane] = 0;
    for (std::size_t k = 0; k < count; ++k)
      outcome_.keep(column, view.scenario, first + k, room_[k], range_, sums_);
  }

  const Plan& plan_;
  const PathBlock& block_;
  const PathRange& range_;
  Outcome& outcome_;
  TallySums& sums_;
  std::vector<std::size_t> failed_;
  std::vector<Lanes> room_;
};

}  // namespace

void store(const Plan& plan, const PathBlock& block, const PathRange& range, Outcome& outcome,
           TallySums& sums) {
  Keeper keeper(plan, block, range, outcome, sums);
  for (std::size_t s = 0; s < outcome.scenarios(); ++s)
    for (std::size_t c = 0; c < plan.columns.size(); ++c) keeper.keep(c, s);
}

}  // namespace unhedged::simulation
