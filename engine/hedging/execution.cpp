#include "engine/hedging/execution.hpp"

namespace unhedged::hedging {

void Account::clear() {
  for (Lanes* lanes : {&hedge, &cash, &turnover, &spread_cost, &impact_cost, &order})
    lanes->fill(0.0);
}

Execution::Execution(const Costs& costs, double days_per_year, bool market_has_volume)
    : kind_(costs.at_mid                                       ? Kind::at_mid
            : market_has_volume && costs.impact_coefficient > 0 ? Kind::impact
                                                                : Kind::spread),
      terms_{costs.at_mid ? 0 : costs.fee, costs.impact_coefficient, costs.impact_exponent,
             days_per_year},
      own_spread_(costs.half_spread.has_value()) {
  half_spread_.fill(costs.half_spread.value_or(0.0));
}

void Execution::fill(const market::AssetSnapshot& market, double growth, Account& account) const {
  const Lanes& half_spread = own_spread_ ? half_spread_ : *market.half_spread;
  switch (kind_) {
    case Kind::at_mid:
      return account_kernels().fill_at_mid(*market.spot, growth, account);
    case Kind::spread:
      return account_kernels().fill_with_spread(*market.spot, half_spread, terms_.fee, growth,
                                                account);
    case Kind::impact:
      return account_kernels().fill_with_impact(market, half_spread, terms_, growth, account);
  }
}

}  // namespace unhedged::hedging
