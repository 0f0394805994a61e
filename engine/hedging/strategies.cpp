#include "engine/hedging/strategies/delta_neutral.hpp"

namespace unhedged::hedging {
namespace {

using Maker = std::unique_ptr<const Strategy> (*)(const Hedger&);

struct Row {
  Objective objective;
  Maker make;
};

constexpr Row kTable[] = {
    {Objective::delta_neutral, make_delta_neutral},
};

}  // namespace

std::unique_ptr<const Strategy> make_strategy(const Hedger& hedger) {
  if (!hedger.hedges()) return nullptr;
  for (const Row& row : kTable)
    if (row.objective == hedger.objective) return row.make(hedger);
  return nullptr;
}

}  // namespace unhedged::hedging
