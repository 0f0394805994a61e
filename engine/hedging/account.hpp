#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"
#include "engine/hedging/hedger.hpp"
#include "engine/market/snapshot.hpp"

namespace unhedged::hedging {

/// One hedger's position in one asset, on every path of a block. All money is of the horizon: what is paid or
/// traded is grown at the rate until then.
struct Account {
  Lanes hedge;        ///< units held
  Lanes cash;         ///< proceeds less payments
  Lanes turnover;     ///< sum of |order| * price
  Lanes spread_cost;
  Lanes impact_cost;
  Lanes order;        ///< the last order, units
  Lanes venue_fee;    ///< fees of venues, besides the hedger's own; touched only where there are venues

  /// All but venue_fee, which is zero from the start and VenueOrders clears.
  void clear();
};

/// What an order costs on the day, resolved for one asset.
struct CostTerms {
  double fee = 0;
  double impact_coefficient = 0;
  double impact_exponent = 0.5;
  double permanent_coefficient = 0;
  double days_per_year = 365;
};

struct AccountKernels {
  /// order = -(delta) - hedge where it exceeds `tolerance` units, else 0.
  void (*decide)(const Lanes& delta, double tolerance, Account&);
  /// order = -hedge
  void (*decide_to_close)(Account&);
  /// Turn the hedge into cash at mid. It is a mark and no trade: it costs nothing and is no turnover.
  void (*close_at_mid)(const Lanes& spot, double growth, Account&);
  /// Fill `order` at mid, growing cash by `growth`.
  void (*fill_at_mid)(const Lanes& spot, double growth, Account&);
  /// Fill with proportional costs.
  void (*fill_with_spread)(const Lanes& spot, const Lanes& half_spread, double fee, double growth,
                           Account&);
  /// Fill with proportional costs and impact. `power` picks the general exponent.
  void (*fill_with_impact)(const market::AssetSnapshot&, const Lanes& price, const Lanes& half_spread,
                           const CostTerms&, double growth, Account&);
  /// cash += hedge * spot * rate * growth: yield earned on the hedge over the last step.
  void (*earn_yield)(const Lanes& spot, double rate_times_growth, Account&);
};

UNHEDGED_DECLARE_KERNELS(AccountKernels, account_kernels)

}  // namespace unhedged::hedging
