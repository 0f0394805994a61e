#pragma once
#include "engine/config/resolve.hpp"
#include "engine/config/worsening.hpp"

namespace unhedged::config {

/// Half-life with which depth comes back where no regime on the path has stated one. An exponential of 2 h gives
/// back between a minute after the event and the end of a session of 6.5 h as much as the power law t^-0.4 that
/// books follow after large intraday moves.
/// source  Toth, Kertesz, Farmer, Eur. Phys. J. B 71 (2009)
inline constexpr Duration kDefaultResilience{2, Duration::Unit::hour};

/// Everything one regime says of one asset, as severe as asked. `is_start`: whether paths start in it.
world::AssetRegime resolve_asset_regime(const RegimeSpec& spec, std::size_t asset, const MarketContext& market,
                                        const std::string& path, bool is_start, Worsening& worsening, Findings& findings);

/// The jumps of a regime that hit several assets.
std::vector<world::CommonJumps> resolve_common_jumps(const RegimeSpec& spec, const MarketContext& market,
                                                     const std::string& path, Worsening& worsening, Findings& findings);

/// Correlation of the drivers: blocks, pairs, repair, spike.
Eigen::MatrixXd resolve_correlation(const std::optional<RegimeCorrelationSpec>& spec, const MarketContext& market,
                                    const std::string& path, Repair policy,
                                    std::vector<CorrelationRepair>& repairs, Findings& findings);

/// Problems for entries that name no asset of the market.
void refuse_unknown_assets(const RegimeSpec& spec, const MarketContext& market, const std::string& path,
                           Findings& findings);

}  // namespace unhedged::config
