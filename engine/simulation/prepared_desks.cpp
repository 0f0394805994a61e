#include <algorithm>

#include "engine/hedging/account_terms.hpp"
#include "engine/math/scalar.hpp"
#include "engine/simulation/prepared_run.hpp"

/// Hedgers made ready.
namespace unhedged::simulation {

void PreparedRun::prepare_desks() {
  for (const hedging::Hedger& hedger : plan_->hedgers) {
    hedging::DeskPlan& desk = desks_.emplace_back();
    desk.hedger = &hedger;
    draws_latency_ = draws_latency_ || hedger.latency.law != hedging::Latency::Law::fixed;
    desk.assets = plan_->assets.size();
    for (std::size_t step = 0; step <= plan_->grid.steps; ++step)
      desk.due.push_back(hedger.strategy != nullptr && hedger.rebalance.looks_at(step, plan_->grid) ? 1 : 0);
    desk.tradables = terms_.lines(hedger);
    for (std::size_t a = 0; a < plan_->assets.size(); ++a) {
      if (!hedger.hedges(a)) continue;
      using Volume = hedging::Exchange::Volume;
      const Volume volume = plan_->assets[a].has_volume ? Volume::stated : Volume::unlimited;
      const market::TradableId id = hedger.instrument[a];
      desk.lines.push_back(
          {id, a, plan_->tradables[id].on_margin, hedging::Exchange(hedger.costs[a], volume)});
      if (!hedger.execution.empty()) {
        hedging::Execution& how = desk.lines.back().execution = hedger.execution[a];
        how.most = std::min(how.most, how.most_of_gross * terms_.gross()[a][0]);
      }
      auto& tolerance = desk.tolerance.emplace_back();
      for (const double gross : terms_.gross()[a]) tolerance.push_back(hedger.rebalance.delta_band * gross);
    }
    prepare_pledges(desk);
    if (!hedger.strategy) continue;
    prepare_options(desk);
    for (hedging::Line& line : desk.lines)
      if (!line.on_margin)
        line.paid_later = scalar::exp(-plan_->assets[line.asset].carry.rate * hedger.settlement_years);
    prepare_rules(desk);
    desk.strategy = hedger.strategy->ready_for(terms_.of(desk.tradables));
    if (!desk.strategy) desk.strategy = hedger.strategy;
  }
}

/// Collateral is sold at the hedger's costs.
void PreparedRun::prepare_pledges(hedging::DeskPlan& desk) const {
  if (!desk.hedger->account) return;
  for (const hedging::PledgedAsset& pledged : desk.hedger->account->assets) {
    using Volume = hedging::Exchange::Volume;
    const Volume volume = plan_->assets[pledged.asset].has_volume ? Volume::stated : Volume::unlimited;
    desk.pledges.push_back({static_cast<market::TradableId>(pledged.asset), pledged.asset, false,
                            hedging::Exchange(desk.hedger->costs[pledged.asset], volume)});
  }
}

/// Lines of their own: at their quotes, of any size. A roll is a time at which the desk looks.
void PreparedRun::prepare_options(hedging::DeskPlan& desk) const {
  for (const hedging::HedgeOption& named : desk.hedger->options) {
    const std::size_t index = options_.index_of(named), asset = named.asset;
    const auto id = static_cast<market::TradableId>(plan_->tradables.size() + index);
    using Volume = hedging::Exchange::Volume;
    desk.lines.push_back({.tradable = id,
                          .asset = asset,
                          .exchange = hedging::Exchange(desk.hedger->costs[asset], Volume::unlimited),
                          .option = &options_.options()[index],
                          .option_index = index});
    desk.tolerance.push_back(std::vector<double>(desk.tolerance[0].size()));
    for (std::size_t step = 0; step < desk.tolerance.back().size(); ++step)
      desk.tolerance.back()[step] = desk.hedger->rebalance.delta_band * terms_.gross()[asset][step];
    for (const std::size_t roll : named.rolls) desk.due[roll] = 1;
  }
}

/// Where there are rules they say when the desk looks: whenever one of them may let it trade.
void PreparedRun::prepare_rules(hedging::DeskPlan& desk) const {
  if (desk.hedger->rules.empty()) return;
  const TimeGrid& grid = plan_->grid;
  desk.due.assign(grid.steps + 1, 0);
  for (const hedging::Line& line : desk.lines) {
    const hedging::RuleTerms terms{terms_.gross()[line.asset], to_horizon_[line.asset],
                                   desk.hedger->costs[line.asset],
                                   grid.closes() ? grid.span(1) : 1 / plan_->calendar.days_per_year};
    const hedging::Rule& rule = *desk.rules.emplace_back(make_rule(desk.hedger->rules[line.asset], terms));
    for (std::size_t step = 0; step <= grid.steps; ++step)
      if (rule.foreseen(step) != hedging::Foreseen::no) desk.due[step] = 1;
    for (std::size_t step = 0; step <= grid.steps; ++step)
      if (line.rolls_at(step)) desk.due[step] = 1;
  }
}

}  // namespace unhedged::simulation
