#include "engine/hedging/pledged_assets.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {

PledgedAssets::PledgedAssets(const std::vector<PledgedAsset>& assets, const DeskPlan& plan,
                             const RouterTerms& terms, std::span<const market::Tape* const> tapes)
    : assets_(&assets),
      plan_(&plan),
      ledger_(assets.size()),
      paid_(assets.size()),
      first_(assets.size()),
      spot_today_(assets.size()) {
  RouterTerms at_once = terms;
  at_once.latency = {};
  for (std::size_t k = 0; k < assets.size(); ++k)
    routers_.emplace_back(at_once, plan.pledges[k], *tapes[plan.pledges[k].tradable], ledger_, k);
}

void PledgedAssets::start() {
  ledger_.clear();
  for (Router& router : routers_) router.clear();
  started_ = sells_ = false;
}

OrderMoment PledgedAssets::moment(std::size_t k, const AccountMoment& now) {
  const Line& line = plan_->pledges[k];
  return {now.step, now.tapes[line.tradable], now.trading, now.to_horizon[line.asset][now.step], &room_};
}

void PledgedAssets::add_value(const AccountMoment& now, Lanes& equity) {
  for (std::size_t k = 0; k < assets_->size(); ++k) {
    const PledgedAsset& asset = (*assets_)[k];
    const Lanes& price = spot(k, now);
    const double growth = now.to_horizon[asset.asset][now.step], per_growth = 1 / growth;
    if (!started_) {
      units_.fill(asset.units);
      ledger_.post(k, {&units_, &price}, growth);
      spot_today_[k] = price;
      paid_[k] = -ledger_[k].cash[0];
    }
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      double counts = 1 - asset.haircut;
      const double fallen = price[lane] / spot_today_[k][lane];
      if (asset.elasticity != 0 && fallen < 1)
        counts *= fallen > 0 ? scalar::power(fallen, asset.elasticity) : 0.0;
      equity[lane] +=
          (ledger_[k].cash[lane] + paid_[k]) * per_growth + counts * ledger_[k].units[lane] * price[lane];
    }
  }
  started_ = true;
}

void PledgedAssets::add_cash(const AccountMoment& now, Lanes& cash) const {
  for (std::size_t k = 0; k < assets_->size() && started_; ++k)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      cash[lane] += (ledger_[k].cash[lane] + paid_[k]) / now.to_horizon[(*assets_)[k].asset][now.step];
}

void PledgedAssets::begin_closing(std::size_t lane) {
  for (std::size_t k = 0; k < first_.size(); ++k) first_[k][lane] = ledger_[k].units[lane];
}

void PledgedAssets::order_away(const LaneIndex& lanes, const Lanes& share) {
  for (std::size_t k = 0; k < routers_.size(); ++k) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      units_[lane] = share[lane] > 0 ? (1 - share[lane]) * first_[k][lane] - ledger_[k].units[lane] : 0.0;
    routers_[k].seize(lanes, units_);
  }
  sells_ = true;
}

void PledgedAssets::trade(const AccountMoment& now) {
  for (std::size_t k = 0; k < routers_.size() && sells_; ++k) {
    routers_[k].arrive(moment(k, now));
    routers_[k].release(moment(k, now));
  }
}

void PledgedAssets::loss(const AccountMoment& now, Lanes& out) const {
  out.fill(0.0);
  for (std::size_t k = 0; k < first_.size(); ++k) {
    const double growth = now.to_horizon[(*assets_)[k].asset][now.step];
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      out[lane] -= ledger_[k].equity(lane, spot(k, now)[lane], growth);
  }
}

}  // namespace unhedged::hedging
