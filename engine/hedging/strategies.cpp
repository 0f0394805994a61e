#include "engine/hedging/delta_neutral.hpp"

namespace unhedged::hedging {
namespace {

using Maker = std::unique_ptr<const Strategy> (*)(const Hedger&);

struct Row {
  Belief::Model model;
  Maker make;
};

constexpr Row kTable[] = {
    {Belief::Model::none, nullptr},
    {Belief::Model::black_scholes, make_delta_neutral},
};

}  // namespace

std::unique_ptr<const Strategy> make_strategy(const Hedger& hedger) {
  for (const Row& row : kTable)
    if (row.model == hedger.belief.model && row.make != nullptr) return row.make(hedger);
  return nullptr;
}

}  // namespace unhedged::hedging
