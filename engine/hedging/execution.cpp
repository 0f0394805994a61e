#include "engine/hedging/execution.hpp"

#include <cmath>

#include "engine/math/scalar.hpp"

namespace unhedged::hedging {

void Account::clear() {
  for (Lanes* lanes : {&hedge, &cash, &turnover, &spread_cost, &impact_cost, &order})
    lanes->fill(0.0);
}

bool RebalanceRule::looks_at(std::size_t step, const TimeGrid& grid) const {
  if (!grid.closes()) return step % every_steps == 0;
  const std::size_t day = step / grid.steps_per_day(), within = step % grid.steps_per_day();
  if (every_days == 0) return within % every_steps == 0;
  return step == 0 || (within == grid.sessions.steps && (day + 1) % every_days == 0);
}

Execution::Execution(const Costs& costs, double days_per_year, bool market_has_volume, bool in_perpetual)
    : kind_(costs.at_mid ? Kind::at_mid
            : market_has_volume && (costs.impact_coefficient > 0 || costs.permanent_coefficient > 0)
                ? Kind::impact
                : Kind::spread),
      terms_{costs.at_mid ? 0 : costs.fee, costs.impact_coefficient, costs.impact_exponent,
             costs.permanent_coefficient, days_per_year},
      has_impact_(market_has_volume && costs.impact_coefficient > 0),
      own_spread_(costs.half_spread.has_value()),
      in_perpetual_(in_perpetual) {
  half_spread_.fill(costs.half_spread.value_or(0.0));
}

void Execution::fill(const market::AssetSnapshot& market, double growth, Account& account) const {
  const Lanes& half_spread = own_spread_ ? half_spread_ : *market.half_spread;
  switch (kind_) {
    case Kind::at_mid:
      return account_kernels().fill_at_mid(price(market), growth, account);
    case Kind::spread:
      return account_kernels().fill_with_spread(price(market), half_spread, terms_.fee, growth,
                                                account);
    case Kind::impact:
      return account_kernels().fill_with_impact(market, price(market), half_spread, terms_, growth, account);
  }
}

double Execution::impact_law(double share) const {
  return terms_.impact_exponent == 0.5 ? std::sqrt(share) : scalar::power(share, terms_.impact_exponent);
}

double Execution::impact_scale(const market::AssetSnapshot& market, std::size_t lane) const {
  if (!has_impact_) return 0;
  return terms_.impact_coefficient * std::sqrt(market.daily_variance(lane, terms_.days_per_year)) *
         impact_law((*market.inverse_volume)[lane]);
}

Execution::Bill Execution::bill(const market::AssetSnapshot& market, std::size_t lane, double units,
                                double share) const {
  Bill bill{};
  bill.notional = units * price(market)[lane];
  bill.size = std::abs(bill.notional);
  if (kind_ == Kind::at_mid) return bill;
  bill.spread = bill.size * (own_spread_ ? half_spread_ : *market.half_spread)[lane];
  bill.fee = bill.size * terms_.fee;
  if (kind_ != Kind::impact) return bill;
  const double alone = bill.size * (*market.inverse_volume)[lane] / share;
  const double part = alone / (1 + market.crowding * alone);  // the volume counts the crowd
  bill.impact = bill.size * std::sqrt(market.daily_variance(lane, terms_.days_per_year)) *
                (terms_.impact_coefficient * impact_law(part) + 0.5 * terms_.permanent_coefficient * part);
  return bill;
}

void Execution::hold_up(const market::AssetSnapshot& market, Account& account, Lanes& waiting) {
  for (std::size_t lane = 0; market.any_halted && lane < kLanes; ++lane) {
    if (market.halted->value[lane] == 0) continue;
    waiting[lane] += account.order[lane];
    account.order[lane] = 0.0;
  }
}

void Execution::cap(const market::AssetSnapshot& market, double day_share, Account& account,
                    Lanes& waiting) const {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double share = (*market.participation)[lane], inverse = (*market.inverse_volume)[lane];
    if (share == 0 || inverse == 0) continue;
    const double most = share * day_share / inverse;  // account currency
    const double wanted = std::abs(account.order[lane] * price(market)[lane]);
    if (wanted <= most) continue;
    const double filled = account.order[lane] * (most / wanted);
    waiting[lane] += account.order[lane] - filled;
    account.order[lane] = filled;
  }
}

}  // namespace unhedged::hedging
