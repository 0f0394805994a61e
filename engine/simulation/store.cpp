#include "engine/simulation/store.hpp"

#include "engine/simulation/explained.hpp"

namespace unhedged::simulation {
namespace {

/// One column of one scenario, with room for its numbers.
class Keeper {
 public:
  Keeper(const Plan& plan, const PathBlock& block, const PathRange& range, Outcome& outcome, TallySums& sums)
      : plan_(plan), block_(block), range_(range), outcome_(outcome), sums_(sums) {}

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
    for (std::size_t k = 0; k < count; ++k)
      outcome_.keep(column, view.scenario, first + k, room_[k], range_, sums_);
  }

  const Plan& plan_;
  const PathBlock& block_;
  const PathRange& range_;
  Outcome& outcome_;
  TallySums& sums_;
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
