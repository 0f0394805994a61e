#pragma once
#include <vector>

#include "engine/core/isa.hpp"
#include "engine/hedging/fill.hpp"

/// What a hedger holds and what it has paid. All money is of the horizon: what is paid or traded is grown at
/// the rate until then; docs/methods/ledger.md.
namespace unhedged::hedging {

/// What is held of one tradable, on every path of a block.
struct Holding {
  Lanes units;     ///< held, short if negative
  Lanes cash;      ///< proceeds less payments
  Lanes turnover;  ///< sum of |units * price| of fills
  Lanes spread_cost;
  Lanes impact_cost;
  Lanes fees;
  Lanes pending;  ///< ordered and not filled yet: on their way, or waiting at the market

  double cost(std::size_t lane) const { return spread_cost[lane] + impact_cost[lane] + fees[lane]; }
  /// What it is worth at a price, in money of the horizon; `to_horizon` as in Ledger.
  double equity(std::size_t lane, double price, double to_horizon) const {
    return cash[lane] + to_horizon * units[lane] * price;
  }
};

/// Interest on the margin of a step: what a contract of `price` pays who is long of it is
/// (rate - funding) * price * accrued; docs/methods/perpetuals.md.
struct MarginCarry {
  double rate = 0;     ///< a year
  double accrued = 0;  ///< length of the step in years, in money of the horizon
};

/// The position that is wanted: factor * units, or what is held where that is no more than `tolerance` away.
struct Wish {
  const Lanes& units;
  double factor;
  double tolerance;
};

struct LedgerKernels {
  void (*expect)(const Lanes& waiting, const Lanes& on_the_way, Holding&);
  void (*post)(const Fill&, double to_horizon, Holding&);
  /// Orders what is wanted and not held, as DeskKernels::decide does, and posts it at no cost, in one pass.
  void (*rebalance)(const Wish&, const Lanes& price, double to_horizon, Holding&, Lanes& order);
  /// cash += rate_to_horizon * units * price
  void (*earn)(const Lanes& price, double rate_to_horizon, Holding&);
  void (*carry)(const Lanes& price, const Lanes& funding, const MarginCarry&, Holding&);
  /// Turns the units into cash at the price.
  void (*mark)(const Lanes& price, double to_horizon, Holding&);
};

UNHEDGED_DECLARE_KERNELS(LedgerKernels, ledger_kernels)

/// The positions of one hedger, one for each line it trades in. `to_horizon`: what one unit of cash paid now
/// is worth at the horizon.
class Ledger {
 public:
  explicit Ledger(std::size_t lines) : positions_(lines) {}

  std::size_t lines() const { return positions_.size(); }
  const Holding& operator[](std::size_t line) const { return positions_[line]; }

  /// Nothing held, nothing paid.
  void clear();
  /// Enters what is ordered and not filled yet; only the router of the line knows.
  void expect(std::size_t line, const Lanes& waiting, const Lanes& on_the_way) {
    ledger_kernels().expect(waiting, on_the_way, positions_[line]);
  }
  /// Enters a fill: the only way in which units are traded, but for orders filled at once and at no cost.
  void post(std::size_t line, const Fill& fill, double to_horizon) {
    ledger_kernels().post(fill, to_horizon, positions_[line]);
  }
  void rebalance(std::size_t line, const Wish& wish, const Lanes& price, double to_horizon, Lanes& order) {
    ledger_kernels().rebalance(wish, price, to_horizon, positions_[line], order);
  }
  /// Yield earned on the units held over a step that ends now; `rate`: e^(yield dt) - 1.
  void earn(std::size_t line, const Lanes& price, double rate, double to_horizon) {
    ledger_kernels().earn(price, rate * to_horizon, positions_[line]);
  }
  /// Margin of a step that begins now, of a contract that nothing is paid for: the interest that its purchase
  /// and mark at full value would bear is given back, which leaves each move of the price, settled at the end
  /// of its step, and funding, which who is long pays as the step goes by.
  void carry(std::size_t line, const Lanes& price, const Lanes& funding, const MarginCarry& margin) {
    ledger_kernels().carry(price, funding, margin, positions_[line]);
  }
  /// The units become cash at the price. It is a mark and no trade: it costs nothing and is no turnover.
  void mark(std::size_t line, const Lanes& price, double to_horizon) {
    ledger_kernels().mark(price, to_horizon, positions_[line]);
  }

 private:
  std::vector<Holding> positions_;
};

}  // namespace unhedged::hedging
