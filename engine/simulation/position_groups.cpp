#include "engine/simulation/position_groups.hpp"

#include <algorithm>
#include <unordered_map>

namespace unhedged::simulation {
namespace {

/// Groups by their names as they are found.
struct Found {
  std::vector<std::string> names;
  std::vector<std::size_t> of_position;
};

Found find_groups(const Plan& plan) {
  Found out;
  std::unordered_map<std::string, std::size_t> known;
  for (const PositionPlan& position : plan.positions) {
    const auto [place, is_new] = known.emplace(position.group.empty() ? kNoGroup : position.group,
                                               std::min(known.size(), kMostGroups));
    if (is_new && place->second < kMostGroups) out.names.push_back(place->first);
    if (is_new && place->second == kMostGroups && out.names.size() == kMostGroups)
      out.names.emplace_back(kOtherGroups);
    out.of_position.push_back(place->second);
  }
  return out;
}

/// The lists of what is not netted follow the order of the positions.
void keep_unnetted(const Plan& plan, const std::vector<bool>& held, Plan& out) {
  std::size_t contract = 0, margined = 0, multi_asset = 0;
  for (std::size_t p = 0; p < plan.positions.size(); ++p) {
    const instruments::Position& position = plan.positions[p].contract;
    if (position.contract && held[p]) out.contracts.push_back(plan.contracts[contract]);
    if (position.is_margined() && held[p]) out.margined.push_back(plan.margined[margined]);
    if (position.multi_asset && held[p]) out.multi_assets.push_back(plan.multi_assets[multi_asset]);
    contract += position.contract ? 1 : 0;
    margined += position.is_margined() ? 1 : 0;
    multi_asset += position.multi_asset ? 1 : 0;
  }
}

void net_books(Plan& plan) {
  std::vector<const instruments::Position*> contracts;
  for (const PositionPlan& one : plan.positions) contracts.push_back(&one.contract);
  for (std::size_t a = 0; a < plan.assets.size(); ++a) {
    AssetPlan& asset = plan.assets[a];
    asset.book = instruments::net(contracts, a);
    asset.coin_book = instruments::net(contracts, a, instruments::Netting::in_coin);
    asset.value_today = asset.premium_in_coin = 0;
  }
  for (const PositionPlan& one : plan.positions) {
    const instruments::Position& contract = one.contract;
    const double paid = contract.quantity * contract.premium.value_or(one.mark);
    plan.assets[contract.asset].value_today += paid;
    if (contract.in_coin && !contract.is_margined()) plan.assets[contract.asset].premium_in_coin += paid;
  }
}

}  // namespace

std::vector<std::string> group_names(const Plan& plan) {
  const auto is_named = [](const PositionPlan& position) { return !position.group.empty(); };
  if (std::ranges::none_of(plan.positions, is_named)) return {};
  return find_groups(plan).names;
}

std::vector<std::string> parts_by_group(const Plan& plan) {
  std::vector<std::string> out = group_names(plan);
  if (!out.empty()) out.emplace_back(kHedging);
  return out;
}

std::vector<std::size_t> groups_of_positions(const Plan& plan) { return find_groups(plan).of_position; }

Plan part_of(const Plan& plan, const std::vector<bool>& held) {
  Plan out = plan;
  out.positions.clear();
  out.contracts.clear();
  out.margined.clear();
  out.multi_assets.clear();
  for (std::size_t p = 0; p < plan.positions.size(); ++p)
    if (held[p]) out.positions.push_back(plan.positions[p]);
  keep_unnetted(plan, held, out);
  net_books(out);
  out.hedgers = {plan.hedgers[plan.unhedged()]};
  out.columns.clear();
  out.yardsticks.clear();
  out.margin_models.clear();
  out.worst_paths = 0;
  out.explained = Explained::nothing;
  return out;
}

}  // namespace unhedged::simulation
