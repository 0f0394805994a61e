#pragma once
#include <algorithm>

#include "engine/config/resolve.hpp"
#include "engine/config/worsening.hpp"

namespace unhedged::config {

/// The entry for an asset, or the one for `default`; null: neither is there.
template <class T>
const T* pick(const Named<T>& entries, const std::string& asset) {
  const T* fallback = nullptr;
  for (const auto& [name, value] : entries) {
    if (name == asset) return &value;
    if (name == "default") fallback = &value;
  }
  return fallback;
}

/// Where that entry stands.
template <class T>
std::string path_of(const Named<T>& entries, const std::string& asset, const std::string& path) {
  const bool own = std::ranges::any_of(entries, [&](const auto& e) { return e.first == asset; });
  return join(path, own ? asset : "default");
}

/// Half-life with which depth comes back where no regime on the path has stated one. An exponential of 2 h
/// gives back between a minute after the event and the end of a session of 6.5 h as much as the power law
/// t^-0.4 that books follow after large intraday moves. source  Toth, Kertesz, Farmer, Eur. Phys. J. B 71
/// (2009)
inline constexpr Duration kDefaultResilience{2, Duration::TimeUnit::hour};

/// Everything one regime says of one asset, as severe as asked. `is_start`: whether paths start in it.
world::AssetRegime resolve_asset_regime(const RegimeSpec& spec, std::size_t asset,
                                        const MarketContext& market, const std::string& path, bool is_start,
                                        Worsening& worsening, Findings& findings);

/// The jumps of a regime that hit several assets.
std::vector<world::CommonJumps> resolve_common_jumps(const RegimeSpec& spec, const MarketContext& market,
                                                     const std::string& path, Worsening& worsening,
                                                     Findings& findings);

/// Correlation of the drivers: blocks, pairs, repair, spike.
math::SquareMatrix resolve_correlation(const std::optional<RegimeCorrelationSpec>& spec,
                                       const MarketContext& market, const std::string& path, Repair policy,
                                       std::vector<CorrelationRepair>& repairs, Findings& findings);

/// Keys that say how a state begins or what entering does to it, where no path would look at them.
void refuse_inert_state_keys(const ScenarioSpec& spec, const MarketContext& market,
                             const world::Scenario& scenario, const std::string& path, Findings& findings);

/// Events that are gone through one by one: too many a step are refused, too many in all warned of.
void check_events(const ScenarioSpec& spec, const MarketContext& market, const world::Scenario& scenario,
                  const std::string& path, Findings& findings);

/// Problems for entries that name no asset of the market.
void refuse_unknown_assets(const RegimeSpec& spec, const MarketContext& market, const std::string& path,
                           Findings& findings);

}  // namespace unhedged::config
