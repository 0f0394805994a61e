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

/// An expiry inside the horizon lies at a grid time.
double resolve_expiry(const Expiry& expiry, const MarketContext& market, const std::string& path,
                      Findings& findings);

/// The asset of that name; a problem if there is none.
std::optional<std::size_t> find_asset(const std::string& name, const MarketContext& market,
                                      const std::string& path, Findings& findings);

/// A strike of 95 for one of 95 % is a slip that passes as a price.
void warn_of_strike(double moneyness, const std::string& path, Findings& findings);

/// A position in an option on several assets. `correlation`: of the market, repaired
std::optional<instruments::Position> resolve_multi_asset(const PositionSpec& spec,
                                                         const MarketContext& market,
                                                         const math::SquareMatrix& correlation,
                                                         const std::string& path, Findings& findings);

/// What one unit of it is worth at today's quotes.
double multi_asset_mark(const instruments::MultiAssetOption& option, const MarketContext& market);

/// Problems for hedgers whose belief cannot price what they hedge.
void check_prices(const simulation::Plan& plan, Findings& findings);

}  // namespace unhedged::config
