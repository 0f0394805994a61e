#include "engine/world/components.hpp"

#include <algorithm>

#include "engine/world/tradable_sources.hpp"

namespace unhedged::world {
namespace {

template <class Has>
bool any_regime(const Scenario& scenario, std::size_t asset, Has has) {
  return std::ranges::any_of(scenario.regimes, [&](const Regime& r) { return has(r.assets[asset]); });
}

std::vector<std::string> common_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Regime& regime : scenario.regimes)
    for (const CommonJumps& jumps : regime.common_jumps)
      if (std::ranges::find(names, jumps.name) == names.end()) names.push_back(jumps.name);
  return names;
}

}  // namespace

ComponentList make_components(const Scenario& scenario) {
  ComponentList out;
  const auto add_where = [&](auto has, auto make) {
    for (std::size_t a = 0; a < scenario.today.size(); ++a)
      if (any_regime(scenario, a, has)) out.push_back(make(scenario, a));
  };
  add_where([](const AssetRegime& r) { return r.sentiment.has_value(); }, make_sentiment);
  add_where([](const AssetRegime& r) { return r.excitation.has_value(); }, make_excited_jumps);
  const std::vector<std::string> names = common_names(scenario);
  for (std::size_t k = 0; k < names.size(); ++k) out.push_back(make_common_jumps(scenario, names[k], k));
  add_where([](const AssetRegime& r) { return r.order_flow.has_value(); }, make_order_flow);
  add_where([](const AssetRegime& r) { return r.bubble.has_value(); }, make_bubble);
  add_where([](const AssetRegime& r) { return r.liquidity.moves() || r.order_flow.has_value(); },
            make_liquidity);
  for (const market::Tradable& one : scenario.tradables)
    if (const auto make = tradable_rows()[one.kind]->make) out.push_back(make(scenario, one.asset, one.kind));
  for (std::size_t a = 0; a < scenario.today.size(); ++a)
    if (scenario.quotes_may_lag(a)) out.push_back(make_quote_lag(scenario, a));
  for (std::size_t a = 0; a < scenario.today.size(); ++a)
    if (!scenario.today[a].venues.empty()) out.push_back(make_venues(scenario, a));
  return out;
}

}  // namespace unhedged::world
