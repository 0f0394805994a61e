#include "engine/simulation/contract_book.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/pricing/models/black_scholes.hpp"

namespace unhedged::simulation {
namespace {

using pricing::ContractValuation;

ContractValuation::PricedContract valued(const Plan& plan, std::size_t contract,
                                         const pricing::Belief& belief,
                                         const std::vector<market::ImpliedCurve>& quotes,
                                         const std::vector<std::vector<bool>>& used,
                                         pricing::GreekSet greeks) {
  const ContractPlan& what = plan.contracts[contract];
  const AssetPlan& asset = plan.assets[what.asset];
  ContractValuation::PricedContract out{{what.contract.get(), what.volatility_ratio, asset.carry},
                                        asset.spot,
                                        quotes,
                                        belief.follows_quotes(),
                                        &used,
                                        {},
                                        greeks,
                                        {}};
  if (const auto own = belief.own_curve()) out.curves = {*own};
  return out;
}

}  // namespace

ContractPrices::ContractPrices(Scene scene, ValuationCache& cache,
                               const std::vector<std::optional<pricing::Believed>>& beliefs,
                               const std::vector<pricing::GreekSet>& greeks, const ContractPrices* first)
    : scene_(std::move(scene)) {
  const Plan& plan = *scene_.plan;
  const std::vector<double> times = times_before_horizon(plan.grid);
  const pricing::Believed market = pricing::black_scholes_belief();
  for (std::size_t c = 0; c < plan.contracts.size(); ++c) {
    const auto& quotes = *scene_.curves[plan.contracts[c].asset];
    auto of_mark = valued(plan, c, *market, quotes, scene_.used_at_horizon, {pricing::Greek::value});
    of_mark.times_years = {plan.grid.horizon_years()};
    marks_.push_back(cache.make(plan.contracts[c].contract, std::move(of_mark)));
    work_.push_back({c, plan.contracts[c].asset, true});
  }
  for (std::size_t b = 0; b < beliefs.size(); ++b) {
    auto& row = targets_.emplace_back();
    if (!beliefs[b] || !(*beliefs[b])->is_lognormal()) continue;  // nobody who hedges contracts holds it
    for (std::size_t c = 0; c < plan.contracts.size(); ++c) {
      work_.push_back({c, plan.contracts[c].asset, false, b});
      if (b > scene_.same.second && b == scene_.same.first) {
        row.push_back(targets_[scene_.same.second][c]);
        continue;
      }
      if (first != nullptr && (*beliefs[b])->is_same_everywhere()) {
        row.push_back(first->targets_[b][c]);
        continue;
      }
      auto what = valued(plan, c, **beliefs[b], *scene_.curves[plan.contracts[c].asset],
                         scene_.looks_back[b] ? scene_.used_so_far : scene_.used_before, greeks[b]);
      what.times_years = times;
      row.push_back(cache.make(plan.contracts[c].contract, std::move(what)));
    }
  }
}

ContractBook::ContractBook(const Plan& plan, const ContractPrices& prices) : plan_(&plan), prices_(&prices) {
  for (const ContractPlan& held : plan.contracts) memory_.emplace_back(held.contract->memory());
  if (!empty()) paid_.resize(plan.assets.size());
}

void ContractBook::begin() {
  for (std::size_t c = 0; c < memory_.size(); ++c) plan_->contracts[c].contract->begin(memory_[c]);
  for (Lanes& lanes : paid_) lanes.fill(0);
  ended_.units.fill(0);
  ended_.unit_years.fill(0);
}

void ContractBook::observe(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes) {
  const double time = plan_->grid.time(step);
  Lanes paid;
  for (std::size_t c = 0; c < memory_.size(); ++c) {
    const ContractPlan& held = plan_->contracts[c];
    if (held.asset != asset || time > held.contract->expiry_years() + instruments::kExpiredYears) continue;
    paid.fill(0);
    const bool alive = instruments::outlives(held.contract->expiry_years(), time);
    if (alive && held.contract->early_end() != nullptr) end_early(c, step, quotes);
    if (!held.contract->observe(time, *quotes.spot, memory_[c], paid)) continue;
    for (std::size_t lane = 0; lane < kLanes; ++lane) paid_[asset][lane] += held.quantity * paid[lane];
  }
}

void ContractBook::end_early(std::size_t contract, std::uint32_t step, const market::AssetQuotes& quotes) {
  const ContractPlan& held = plan_->contracts[contract];
  const instruments::EarlyEnd& end = *held.contract->early_end();
  const double time = plan_->grid.time(step), units = std::abs(held.quantity);
  Lanes& alive = memory_[contract].front();
  for (std::size_t curve = 0; curve < quotes.curves.size(); ++curve) {
    if ((quotes.curves_present >> curve & 1U) == 0) continue;
    const pricing::ContractRows rows(
        {held.contract.get(), held.volatility_ratio, plan_->assets[held.asset].carry}, 0, time,
        quotes.curves[curve]);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double spot = (*quotes.spot)[lane];
      if (alive[lane] == 0 || quotes.curve->value[lane] != curve || spot <= 0 || end.pays(spot) == 0)
        continue;
      const double x = scalar::log(spot / end.strike());
      if (!end.is_ended(time, spot, rows.volatility(x, (*quotes.quote_level)[lane]))) continue;
      paid_[held.asset][lane] += held.quantity * end.pays(spot);
      alive[lane] = 0;
      ended_.units[lane] += units;
      ended_.unit_years[lane] += units * time;
    }
  }
}

void ContractBook::collect(std::size_t asset, double to_horizon, Lanes& out) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += to_horizon * paid_[asset][lane];
  paid_[asset].fill(0);
}

void ContractBook::add(std::size_t belief, std::size_t asset, std::uint32_t step,
                       const market::AssetQuotes& quotes, pricing::Greek greek, Lanes& out) const {
  for (std::size_t c = 0; c < memory_.size(); ++c)
    if (plan_->contracts[c].asset == asset)
      prices_->target(belief, c).add(step, quotes, memory_[c], greek, plan_->contracts[c].quantity, out);
}

void ContractBook::value(std::size_t asset, std::uint32_t step, const market::AssetQuotes& quotes,
                         Lanes& out) const {
  const std::vector<market::ImpliedCurve> curves(quotes.curves.begin(), quotes.curves.end());
  const std::vector<std::vector<bool>> all{std::vector<bool>(curves.size(), true)};
  const pricing::Believed market = pricing::black_scholes_belief();
  const double time = plan_->grid.time(step);
  for (std::size_t c = 0; c < memory_.size(); ++c) {
    const ContractPlan& held = plan_->contracts[c];
    if (held.asset != asset || !instruments::outlives(held.contract->expiry_years(), time)) continue;
    auto priced = valued(*plan_, c, *market, curves, all, {pricing::Greek::value});
    priced.times_years = {time};
    ContractValuation(std::move(priced))
        .add(0, quotes, memory_[c], pricing::Greek::value, held.quantity, out);
  }
}

void ContractBook::mark(std::size_t asset, const market::AssetQuotes& quotes, Lanes& out) const {
  for (std::size_t c = 0; c < memory_.size(); ++c)
    if (plan_->contracts[c].asset == asset)
      prices_->mark(c).add(0, quotes, memory_[c], pricing::Greek::value, plan_->contracts[c].quantity, out);
}

std::size_t ContractBook::lanes() const {
  std::size_t lanes = paid_.size();
  for (const auto& memory : memory_) lanes += memory.size();
  return lanes;
}

}  // namespace unhedged::simulation
