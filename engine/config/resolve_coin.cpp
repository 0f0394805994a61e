#include <algorithm>
#include <variant>

#include "engine/config/resolve_contract.hpp"

/// What has to do with coins: contracts that are paid in their asset, and P&L counted in one.
namespace unhedged::config {
namespace {

bool pays_coins(const simulation::Plan& plan, std::size_t asset) {
  const auto is_it = [asset](const simulation::PositionPlan& position) {
    return position.contract.asset == asset && position.contract.in_coin;
  };
  return std::ranges::any_of(plan.positions, is_it);
}

/// Money is exchanged for coins at the spot, which must be positive.
void refuse_signed_prices(const simulation::Plan& plan, std::size_t asset, const std::string& why,
                          Findings& findings) {
  for (std::size_t s = 0; s < plan.scenarios.size(); ++s)
    for (const world::Regime& regime : plan.scenarios[s].regimes)
      if (std::holds_alternative<models::BachelierParams>(regime.assets[asset].dynamics)) {
        findings.add_at(element("scenarios", s), "has bachelier dynamics of " + plan.assets[asset].name +
                                                     ", whose price may then not be positive, but " + why);
        return;
      }
}

}  // namespace

std::optional<std::size_t> resolve_numeraire(const RiskSpec& spec, const MarketContext& market,
                                             Findings& findings) {
  if (!spec.numeraire) return {};
  return find_asset(*spec.numeraire, market, "risk.numeraire", findings);
}

void check_coins(const RunSpec& spec, const simulation::Plan& plan, Findings& findings) {
  std::vector<std::size_t> paying;
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    const bool pays = pays_coins(plan, a);
    if (pays) paying.push_back(a);
    if (pays) refuse_signed_prices(plan, a, "the portfolio has contracts paid in it", findings);
    else if (plan.numeraire == a) refuse_signed_prices(plan, a, "risk.numeraire counts in it", findings);
  }
  for (std::size_t h = 0; h < spec.hedgers.size(); ++h) {
    const auto& [name, hedger] = spec.hedgers[h];
    const auto hedges = [&](std::size_t asset) { return plan.hedgers[h].hedges(asset); };
    if (hedger.active && hedger.active->trading.coin_delta && std::ranges::none_of(paying, hedges))
      findings.add_at(join(join("hedgers", name), "coin_delta"),
                      "has no effect: nothing that it hedges is paid in coin (inverse_call, "
                      "inverse_future...)");
  }
}

}  // namespace unhedged::config
