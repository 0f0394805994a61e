#include "engine/hedging/account.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

void decide(const Lanes& delta, double tolerance, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double gap = -delta[lane] - account.hedge[lane];
    account.order[lane] = __builtin_fabs(gap) > tolerance ? gap : 0.0;
  }
}

void decide_to_close(Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) account.order[lane] = -account.hedge[lane];
}

void close_at_mid(const Lanes& spot, double growth, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double order = -account.hedge[lane];
    account.order[lane] = order;
    account.hedge[lane] = 0.0;
    account.cash[lane] = math::fma(-growth, order * spot[lane], account.cash[lane]);
  }
}

void fill_at_mid(const Lanes& spot, double growth, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double order = account.order[lane], notional = order * spot[lane];
    account.hedge[lane] += order;
    account.cash[lane] = math::fma(-growth, notional, account.cash[lane]);
    account.turnover[lane] = math::fma(growth, __builtin_fabs(notional), account.turnover[lane]);
  }
}

void fill_with_spread(const Lanes& spot, const Lanes& half_spread, double fee, double growth,
                      Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double order = account.order[lane], notional = order * spot[lane];
    const double size = __builtin_fabs(notional);
    const double spread = size * half_spread[lane];
    account.hedge[lane] += order;
    account.cash[lane] =
        math::fma(-growth, math::fma(fee, size, notional) + spread, account.cash[lane]);
    account.turnover[lane] = math::fma(growth, size, account.turnover[lane]);
    account.spread_cost[lane] = math::fma(growth, spread, account.spread_cost[lane]);
  }
}

/// size * daily volatility * (Y (size / daily volume)^exponent + permanent / 2 * size / daily volume);
/// the volume counts what a crowd trades along. SquareRoot: exponent 1/2, nothing permanent, no crowd.
template <bool SquareRoot>
UNHEDGED_INLINE double impact_of(double size, double daily_variance, double inverse_volume,
                                 double crowding, const CostTerms& terms) {
  const double alone = size * inverse_volume;
  const double share = SquareRoot ? alone : alone / math::fma(crowding, alone, 1.0);
  if constexpr (SquareRoot)
    return terms.impact_coefficient * size * __builtin_sqrt(daily_variance * share);
  const double power = math::exp(terms.impact_exponent * math::log(share > 1e-300 ? share : 1e-300));
  const double felt = share > 0.0 ? power : 0.0;
  const double permanent = 0.5 * terms.permanent_coefficient * share;
  return size * __builtin_sqrt(daily_variance) * math::fma(terms.impact_coefficient, felt, permanent);
}

template <bool SquareRoot>
void fill_law(const market::AssetSnapshot& market, const Lanes& spot, const Lanes& half_spread, const CostTerms& terms,
              double growth, Account& account) {
  const double days = 1.0 / terms.days_per_year;
  const Lanes& variance = *market.variance;
  const Lanes &jumps = *market.jump_variance, &inverse_volume = *market.inverse_volume;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double order = account.order[lane], notional = order * spot[lane];
    const double size = __builtin_fabs(notional);
    const double spread = size * half_spread[lane];
    const double daily_variance = (variance[lane] + jumps[lane]) * days;
    const double impact = impact_of<SquareRoot>(size, daily_variance, inverse_volume[lane], market.crowding, terms);
    account.hedge[lane] += order;
    account.cash[lane] = math::fma(-growth, math::fma(terms.fee, size, notional) + spread + impact,
                                   account.cash[lane]);
    account.turnover[lane] = math::fma(growth, size, account.turnover[lane]);
    account.spread_cost[lane] = math::fma(growth, spread, account.spread_cost[lane]);
    account.impact_cost[lane] = math::fma(growth, impact, account.impact_cost[lane]);
  }
}

void fill_with_impact(const market::AssetSnapshot& market, const Lanes& price, const Lanes& half_spread,
                      const CostTerms& terms, double growth, Account& account) {
  if (terms.impact_exponent == 0.5 && terms.permanent_coefficient == 0 && market.crowding == 0)
    fill_law<true>(market, price, half_spread, terms, growth, account);
  else
    fill_law<false>(market, price, half_spread, terms, growth, account);
}

void earn_yield(const Lanes& spot, double rate_times_growth, Account& account) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    account.cash[lane] =
        math::fma(rate_times_growth, account.hedge[lane] * spot[lane], account.cash[lane]);
}

}  // namespace

const AccountKernels account_kernels{decide,           decide_to_close,  close_at_mid, fill_at_mid,
                                     fill_with_spread, fill_with_impact, earn_yield};

}  // namespace unhedged::hedging::UNHEDGED_ISA
