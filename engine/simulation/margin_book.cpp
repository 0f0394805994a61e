#include "engine/simulation/margin_book.hpp"

#include <algorithm>

#include "engine/math/scalar.hpp"

namespace unhedged::simulation {

MarginTerms::MarginTerms(const Plan& plan, std::size_t asset)
    : premium_in_coin_(plan.assets[asset].premium_in_coin), futures_(plan.grid.steps + 1) {
  for (std::size_t step = 0; step <= plan.grid.steps; ++step)
    coin_growth_.push_back(
        scalar::exp(plan.assets[asset].carry.yield * (plan.grid.horizon_years() - plan.grid.time(step))));
  has_coin_ = !plan.assets[asset].coin_book.buckets.empty();
  for (const MarginPlan& held : plan.margined)
    if (held.asset == asset) add(held, plan);
  plan_payoffs(plan, asset);
}

void MarginTerms::add(const MarginPlan& held, const Plan& plan) {
  has_margin_ = true;
  has_coin_ = has_coin_ || held.in_coin;
  due_today_ += held.due_today;
  if (!held.expiry_years) {
    (held.in_coin ? perpetual_face_ : perpetual_units_) += held.quantity;
    return;
  }
  const pricing::Carry& carry = plan.assets[held.asset].carry;
  bool lived = false;
  for (std::size_t step = 0; step <= plan.grid.steps; ++step) {
    const double life = std::max(0.0, *held.expiry_years - plan.grid.time(step));
    const double c = scalar::exp((carry.rate - carry.yield) * life);
    const double amount = held.in_coin ? held.quantity / c : held.quantity * c;
    Futures& at = futures_[step];
    if (lived) (held.in_coin ? at.face_before : at.units_before) += amount;
    lived = instruments::outlives(*held.expiry_years, plan.grid.time(step));
    if (!lived) break;
    (held.in_coin ? at.face : at.units) += amount;
  }
}

void MarginTerms::plan_payoffs(const Plan& plan, std::size_t asset) {
  for (const instruments::ExpiryBucket& bucket : plan.assets[asset].coin_book.buckets)
    if (const auto step = settlement_step(plan.grid, bucket.expiry_years))
      due_.push_back({*step, instruments::Payoff(bucket)});
}

bool MarginTerms::coin_payoff(std::size_t step, const Lanes& spot, Lanes& out) const {
  bool some = false;
  for (const Due& due : due_) {
    if (due.step != step) continue;
    due.payoff.add(spot.data(), kLanes, 1, out.data());
    some = true;
  }
  return some;
}

void MarginBook::settle(const Settling& now, const Lanes& spot, const market::Tape* perpetual, Lanes& money) {
  const double growth = terms_->coin_growth(now.step);
  if (now.step == 0 && terms_->premium_in_coin() != 0) {
    const double paid = terms_->premium_in_coin();  // V(0) counts it as money
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      money[lane] += now.to_horizon * paid;
      coins_[lane] -= growth * paid / spot[lane];
    }
  }
  if (terms_->has_margin()) settle_margin(now, spot, perpetual, money);
  Lanes payoff{};
  if (!terms_->has_coin() || !terms_->coin_payoff(now.step, spot, payoff)) return;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {  // what has been paid as money
    money[lane] -= now.to_horizon * payoff[lane];
    coins_[lane] += growth * payoff[lane] / spot[lane];
  }
}

void MarginBook::settle_margin(const Settling& now, const Lanes& spot, const market::Tape* perpetual,
                               Lanes& money) {
  const double growth = terms_->coin_growth(now.step);
  const double units = terms_->perpetual_units(), face = terms_->perpetual_face();
  if (now.step == 0) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) money[lane] += now.to_horizon * terms_->due_today();
  } else {
    const MarginTerms::Futures &was = terms_->futures(now.step - 1), &is = terms_->futures(now.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      money[lane] += now.to_horizon * (is.units_before * spot[lane] - was.units * last_spot_[lane]);
      coins_[lane] += growth * (was.face / last_spot_[lane] - is.face_before / spot[lane]);
    }
    if (units != 0 || face != 0)
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double price = (*perpetual->price)[lane], last = last_perpetual_[lane];
        const double funding = last_funding_[lane] * now.years;
        money[lane] += now.to_horizon * units * (price - last - last * funding);
        coins_[lane] += growth * face * (1 / last - 1 / price - funding / last);
      }
  }
  last_spot_ = spot;
  if (perpetual == nullptr) return;
  last_perpetual_ = *perpetual->price;
  last_funding_ = *perpetual->funding;
}

void MarginBook::exchange(const Lanes& spot, Lanes& money) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) money[lane] += coins_[lane] * spot[lane];
}

void MarginBook::add(std::size_t step, const Lanes& spot, const Lanes* perpetual, pricing::Greek greek,
                     bool coins, Lanes& out) const {
  const double held = coins && terms_->has_coin() ? 1 / terms_->coin_growth(step) : 0;
  if (greek == pricing::Greek::value && held != 0)
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += held * coins_[lane] * spot[lane];
  if (greek != pricing::Greek::delta) return;
  const MarginTerms::Futures& futures = terms_->futures(step);
  if (held != 0)
    for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += held * coins_[lane];
  for (std::size_t lane = 0; lane < kLanes; ++lane) out[lane] += futures.units + futures.face / spot[lane];
  const double units = terms_->perpetual_units(), face = terms_->perpetual_face();
  if (units == 0 && face == 0) return;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    out[lane] += units * (*perpetual)[lane] / spot[lane] + face / (*perpetual)[lane];
}

}  // namespace unhedged::simulation
