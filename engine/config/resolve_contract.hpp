#pragma once
#include "engine/config/resolve.hpp"

namespace unhedged::config {

/// Problems for keys that the instrument of a position does not have, or misses.
void check_shape(const PositionSpec& spec, const std::string& path, Findings& findings);

/// The contract of a position that is not netted. `position`: with its strike and expiry resolved.
std::shared_ptr<const instruments::Contract> resolve_contract(const PositionSpec& spec,
                                                              const instruments::Position& position,
                                                              const MarketContext& market,
                                                              const std::string& path, Findings& findings);

/// Problems for hedgers whose belief cannot price what they hedge.
void check_prices(const simulation::Plan& plan, Findings& findings);

}  // namespace unhedged::config
