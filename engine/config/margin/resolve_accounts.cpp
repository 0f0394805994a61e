#include "engine/config/margin/resolve_accounts.hpp"

#include <algorithm>

#include "engine/core/utf8.hpp"
#include "engine/hedging/account_terms.hpp"
#include "engine/simulation/requirements.hpp"

namespace unhedged::config {
namespace {

using hedging::AccountTerms;
using instruments::ContractKind;

/// What stands in the way of asking a model on paths; empty: nothing.
using Obstacle = std::string;

Obstacle obstacle_in_book(const simulation::Plan& plan) {
  for (std::size_t i = 0; i < plan.positions.size(); ++i) {
    const instruments::Position& held = plan.positions[i].contract;
    const bool plain = held.kind == ContractKind::call || held.kind == ContractKind::put ||
                       held.kind == ContractKind::forward || held.kind == ContractKind::spot;
    const std::string which = element("portfolio", i);
    if (!plain || held.multi_asset || held.contract)
      return which + " is a " + std::string(held.name()) +
             ": a matrix is asked on paths of calls, puts, forwards and spot";
    if (held.in_coin)
      return which + " is settled in coin: a matrix is asked on paths of what is paid in money";
  }
  return {};
}

Obstacle obstacle_in_quotes(const simulation::Plan& plan) {
  for (const simulation::AssetPlan& asset : plan.assets)
    if (asset.surface != nullptr)
      return "the volatilities of " + asset.name +
             " are a surface: a matrix is asked on paths of flat quotes";
  for (const world::Scenario& scenario : plan.scenarios)
    for (const world::Regime& regime : scenario.regimes)
      for (std::size_t a = 0; a < plan.assets.size(); ++a) {
        const market::ImpliedCurve& curve = regime.assets[a].curve;
        const std::string where = "of " + plan.assets[a].name + " in " + scenario.name;
        if (curve.skew != 0 || curve.curvature != 0)
          return "the quotes " + where + " have a smile: a matrix is asked on paths of flat quotes";
      }
  return {};
}

Obstacle obstacle_of_matrix(const margin::MarginModel& model, const hedging::Hedger& hedger,
                            const simulation::Plan& plan) {
  if (!hedger.options.empty())
    return "options are hedged with: a matrix is asked on paths of assets and perpetuals";
  if (model.charges.roll_a_year > 0 || model.charges.least_roll > 0)
    return "it charges for rolls, which are not known on paths";
  if (model.offset && plan.assets.size() > 1)
    return "it sets gains of assets off against each other: a matrix is asked on paths of each alone";
  if (!hedger.account->covers_book()) return {};
  if (Obstacle of_book = obstacle_in_book(plan); !of_book.empty()) return of_book;
  return obstacle_in_quotes(plan);
}

Obstacle obstacle_of_perpetuals(const hedging::Hedger& hedger, const simulation::Plan& plan) {
  for (std::size_t a = 0; a < plan.assets.size(); ++a)
    if (hedger.hedges(a) && !plan.tradables[hedger.instrument[a]].on_margin)
      return "it is of perpetuals, and " + plan.assets[a].name + " is hedged with the asset itself";
  if (!hedger.options.empty()) return "it is of perpetuals, and options are hedged with";
  return {};
}

Obstacle obstacle(const margin::Yardstick& model, const hedging::Hedger& hedger,
                  const simulation::Plan& plan) {
  if (std::holds_alternative<margin::ShortfallRule>(model.rule))
    return "it is an expected shortfall, which is not asked for on paths: matrix, tiers or leverage";
  if (simulation::covered_assets(model.about, plan).size() < plan.assets.size())
    return "it is meant for some of the assets alone";
  if (const auto* matrix = std::get_if<margin::MarginModel>(&model.rule))
    return obstacle_of_matrix(*matrix, hedger, plan);
  return obstacle_of_perpetuals(hedger, plan);
}

/// The index of a model among those of the plan; a new one where none is the same.
std::size_t index_in(std::vector<margin::Yardstick>& all, margin::Yardstick model) {
  const auto same = [&](const margin::Yardstick& one) {
    return one.about.path == model.about.path && one.shown == model.shown;
  };
  const auto found = std::ranges::find_if(all, same);
  const auto index = static_cast<std::size_t>(found - all.begin());
  if (found == all.end()) all.push_back(std::move(model));
  return index;
}

void resolve_leverage(const AccountMarginSpec& spec, const margin::Yardstick& model, const std::string& key,
                      AccountTerms& out, Findings& findings) {
  const bool tiers = std::holds_alternative<margin::TierRule>(model.rule);
  if (tiers && !spec.leverage)
    findings.add_at(join(key, "leverage"),
                    "is missing: tiers say what maintenance is, and not what initial margin");
  if (!tiers && spec.leverage) findings.add_at(join(key, "leverage"), "has no effect but with tiers");
  out.leverage = spec.leverage.value_or(1);
}

}  // namespace

const AccountMarginSpec* account_margin(const HedgerSpec& hedger) {
  if (!hedger.active || !hedger.active->trading.account) return nullptr;
  const auto& margin = hedger.active->trading.account->margin;
  return margin ? &*margin : nullptr;
}

std::string account_margin_key(const std::string& hedger) {
  return join(join("hedgers", hedger), "account.margin");
}

void resolve_account_models(const RunSpec& spec, const AccountModels& models, simulation::Plan& plan,
                            Findings& findings) {
  for (const auto& [name, of_hedger] : spec.hedgers) {
    const auto loaded = models.find(name);
    if (loaded == models.end() || loaded->second.spec.about() == nullptr ||
        findings.concerns(loaded->second.key))
      continue;
    const auto hedger = std::ranges::find(plan.hedgers, name, &hedging::Hedger::name);
    if (hedger == plan.hedgers.end() || !hedger->account) continue;
    const AccountMarginSpec& margin = *account_margin(of_hedger);
    const std::string key = account_margin_key(name);
    margin::Yardstick model = resolve_model(loaded->second, margin.keys, plan.calendar, key, findings);
    auto terms = std::make_shared<AccountTerms>(*hedger->account);
    resolve_leverage(margin, model, key, *terms, findings);
    if (!findings.failed())
      if (const Obstacle why = obstacle(model, *hedger, plan); !why.empty())
        findings.add_at(join(key, "model"), model.about.name + " cannot be asked here: " + why);
    terms->model = index_in(plan.margin_models, std::move(model));
    hedger->account = std::move(terms);
  }
}

}  // namespace unhedged::config
