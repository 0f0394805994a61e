#pragma once
#include "engine/hedging/account.hpp"

namespace unhedged::hedging {

/// Fills orders in one asset under one set of costs.
class Execution {
 public:
  /// `market_has_volume`: whether the market states a daily volume, without which nothing has impact.
  Execution(const Costs& costs, double days_per_year, bool market_has_volume);

  /// Fills account.order at the snapshot's prices. `growth` is what one unit of cash paid now becomes
  /// at the horizon.
  void fill(const market::AssetSnapshot& market, double growth, Account& account) const;

  double fee() const { return terms_.fee; }

 private:
  enum class Kind { at_mid, spread, impact };

  Kind kind_;
  CostTerms terms_;
  bool own_spread_;
  Lanes half_spread_{};  // the hedger's own, if it has one
};

}  // namespace unhedged::hedging
