#include "engine/hedging/ledger.hpp"
#include "engine/math/elementary.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

/// What is paid besides fees: nothing, the spread, and impact in money or by the square-root law, alone or in
/// a crowd.
enum class Paid { nothing, spread, impact, root, crowded };

/// One pass over the lanes for each set of parts that a fill can have. The units come after the turnover,
/// which lies 4 KiB behind them: processors take a load there for one of what was just stored.
template <Paid Parts, bool Fees>
void post_parts(const Fill& fill, double to_horizon, Holding& position) {
  const double *units = fill.units->data(), *price = fill.price->data(), fee = fill.fee;
  const double* half_spread = Parts == Paid::nothing ? nullptr : fill.half_spread->data();
  const double* impact = Parts == Paid::impact ? fill.impact->data() : nullptr;
  constexpr bool is_root = Parts >= Paid::root;
  const RootImpact root = is_root ? *fill.root : RootImpact{};
  const double* variance = is_root ? root.variance->data() : nullptr;
  const double* jumps = is_root ? root.jump_variance->data() : nullptr;
  const double* inverse_volume = is_root ? root.inverse_volume->data() : nullptr;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double notional = units[lane] * price[lane], size = __builtin_fabs(notional);
    double paid = Fees ? math::fma(fee, size, notional) : notional;
    if constexpr (Parts != Paid::nothing) paid = math::fma(size, half_spread[lane], paid);
    double felt = 0.0;
    if constexpr (Parts == Paid::impact) felt = impact[lane];
    if constexpr (is_root) {
      const double alone = size * inverse_volume[lane];
      const double volumes = Parts == Paid::crowded ? alone / math::fma(root.crowding, alone, 1.0) : alone;
      felt = size * __builtin_sqrt(root.scale * (variance[lane] + jumps[lane]) * volumes);
    }
    if constexpr (Parts >= Paid::impact) paid += felt;
    position.turnover[lane] = math::fma(to_horizon, size, position.turnover[lane]);
    position.cash[lane] = math::fma(-to_horizon, paid, position.cash[lane]);
    position.units[lane] += units[lane];
    if constexpr (Parts != Paid::nothing)
      position.spread_cost[lane] =
          math::fma(to_horizon * size, half_spread[lane], position.spread_cost[lane]);
    if constexpr (Parts >= Paid::impact)
      position.impact_cost[lane] = math::fma(to_horizon, felt, position.impact_cost[lane]);
    if constexpr (Fees) position.fees[lane] = math::fma(to_horizon * fee, size, position.fees[lane]);
  }
}

template <Paid Parts>
void post_with(const Fill& fill, double to_horizon, Holding& position) {
  fill.fee != 0 ? post_parts<Parts, true>(fill, to_horizon, position)
                : post_parts<Parts, false>(fill, to_horizon, position);
}

void post(const Fill& fill, double to_horizon, Holding& position) {
  if (fill.half_spread == nullptr) return post_with<Paid::nothing>(fill, to_horizon, position);
  if (fill.root)
    return fill.root->crowding != 0 ? post_with<Paid::crowded>(fill, to_horizon, position)
                                    : post_with<Paid::root>(fill, to_horizon, position);
  if (fill.impact == nullptr) return post_with<Paid::spread>(fill, to_horizon, position);
  post_with<Paid::impact>(fill, to_horizon, position);
}

void expect(const Lanes& waiting, const Lanes& on_the_way, Holding& position) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) position.pending[lane] = waiting[lane] + on_the_way[lane];
}

void rebalance(const Wish& wish, const Lanes& at, double to_horizon, Holding& position, Lanes& order) {
  const double *wanted = wish.units.data(), *price = at.data();
  const double factor = wish.factor, tolerance = wish.tolerance;
  double *units = position.units.data(), *cash = position.cash.data(), *turnover = position.turnover.data(),
         *out = order.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double gap = math::fma(factor, wanted[lane], -units[lane]);
    const double traded = __builtin_fabs(gap) > tolerance ? gap : 0.0, notional = traded * price[lane];
    turnover[lane] = math::fma(to_horizon, __builtin_fabs(notional), turnover[lane]);
    cash[lane] = math::fma(-to_horizon, notional, cash[lane]);
    units[lane] += traded;
    out[lane] = traded;
  }
}

void earn(const Lanes& price, double rate_to_horizon, Holding& position) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    position.cash[lane] = math::fma(rate_to_horizon, position.units[lane] * price[lane], position.cash[lane]);
}

void carry(const Lanes& price, const Lanes& funding, const MarginCarry& margin, Holding& position) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    position.cash[lane] -=
        position.units[lane] * price[lane] * (funding[lane] - margin.rate) * margin.accrued;
}

void mark(const Lanes& price, double to_horizon, Holding& position) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    position.cash[lane] = math::fma(to_horizon, position.units[lane] * price[lane], position.cash[lane]);
    position.units[lane] = 0.0;
  }
}

}  // namespace

const LedgerKernels ledger_kernels{expect, post, rebalance, earn, carry, mark};

}  // namespace unhedged::hedging::UNHEDGED_ISA
