#pragma once
#include <memory>

#include "engine/world/component.hpp"

/// The parts of a world beyond diffusions and plain jumps. Each is made only where the scenario has it.
namespace unhedged::world {

using ComponentList = std::vector<std::unique_ptr<Component>>;

/// Self-exciting jumps of one asset; docs/methods/jumps.md.
std::unique_ptr<Component> make_excited_jumps(const Scenario& scenario, std::size_t asset);

/// Jumps that hit several assets, one component for each name; docs/methods/jumps.md.
std::unique_ptr<Component> make_common_jumps(const Scenario& scenario, const std::string& name,
                                             std::size_t stream);

/// Crashes whose hazard grows with the run-up; docs/methods/seeds_of_failure.md. Moves after all else that
/// moves the price, with the hazard along its way.
std::unique_ptr<Component> make_bubble(const Scenario& scenario, std::size_t asset);

/// The mood and what it does to drift and volatility; docs/methods/seeds_of_failure.md.
std::unique_ptr<Component> make_sentiment(const Scenario& scenario, std::size_t asset);

/// Signed order flow; docs/methods/seeds_of_failure.md.
std::unique_ptr<Component> make_order_flow(const Scenario& scenario, std::size_t asset);

/// Depth and spread as state; docs/methods/liquidity.md. Moves after all that jumps or trades.
std::unique_ptr<Component> make_liquidity(const Scenario& scenario, std::size_t asset);

/// Quotes that follow the variance with a delay; docs/methods/liquidity.md.
std::unique_ptr<Component> make_quote_lag(const Scenario& scenario, std::size_t asset);

/// Venues and their outages; docs/methods/liquidity.md.
std::unique_ptr<Component> make_venues(const Scenario& scenario, std::size_t asset);

/// All of them that a scenario needs, in the order in which they move.
ComponentList make_components(const Scenario& scenario);

}  // namespace unhedged::world
