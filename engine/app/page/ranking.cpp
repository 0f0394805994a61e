#include "engine/app/page/ranking.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"

namespace unhedged::app {
namespace {

Rival held_against(std::size_t best, std::size_t hedger, const std::vector<risk::PairTest>& pairs) {
  const auto found = std::ranges::find_if(pairs, [&](const risk::PairTest& pair) {
    return (pair.hedger == hedger && pair.reference == best) ||
           (pair.hedger == best && pair.reference == hedger);
  });
  UNHEDGED_EXPECT(found != pairs.end());
  const risk::Estimate& e = found->difference;
  const bool turned = found->hedger == best;
  return {hedger, turned ? risk::Estimate{-e.value, -e.upper, -e.lower, e.standard_error} : e,
          std::isnan(e.lower) ? e.lower : found->adjusted, found->significant};
}

}  // namespace

ScenarioOrder ranking_of(const TailNumbers& numbers, std::size_t scenario) {
  std::vector<std::size_t> order = numbers.under_test();
  UNHEDGED_EXPECT(!order.empty());
  const auto& shortfall = numbers.shortfall[scenario];
  std::ranges::stable_sort(order, {}, [&](std::size_t h) { return shortfall[h].value; });
  ScenarioOrder out;
  out.best = order.front();
  for (std::size_t k = 1; k < order.size(); ++k)
    out.rivals.push_back(held_against(out.best, order[k], numbers.pairs[scenario]));
  return out;
}

}  // namespace unhedged::app
