#pragma once
#include "engine/hedging/account.hpp"

namespace unhedged::hedging {

/// Fills orders in one asset under one set of costs.
class Execution {
 public:
  /// `market_has_volume`: whether the market states a daily volume, without which nothing has impact.
  Execution(const Costs& costs, double days_per_year, bool market_has_volume, bool in_perpetual = false);

  /// Fills account.order at the snapshot's prices. `growth` is what one unit of cash paid now becomes
  /// at the horizon.
  void fill(const market::AssetSnapshot& market, double growth, Account& account) const;

  /// Where trading is halted, the whole of account.order waits. Adds to `waiting`.
  static void hold_up(const market::AssetSnapshot& market, Account& account, Lanes& waiting);

  /// Cuts account.order to what the market takes in a step with `day_share` of a day's trading; the rest goes to
  /// `waiting`.
  void cap(const market::AssetSnapshot& market, double day_share, Account& account, Lanes& waiting) const;

  /// Price of what the hedger trades in.
  const Lanes& price(const market::AssetSnapshot& market) const {
    return in_perpetual_ ? *market.perpetual : *market.spot;
  }
  bool in_perpetual() const { return in_perpetual_; }
  /// Whether nothing costs anything.
  bool at_mid() const { return kind_ == Kind::at_mid; }

  /// One order on one path in a part of the market, `share` of its volume; what fill charges, one at a time.
  struct Bill {
    double notional, size, spread, impact, fee;
  };
  Bill bill(const market::AssetSnapshot& market, std::size_t lane, double units, double share) const;

  /// Y * daily volatility / (daily volume)^exponent on a path, by which orders are routed; 0 where they have no
  /// impact. Who trades at mid routes as those do who pay the market's costs.
  double impact_scale(const market::AssetSnapshot& market, std::size_t lane) const;
  double impact_exponent() const { return terms_.impact_exponent; }

  double fee() const { return terms_.fee; }

 private:
  enum class Kind { at_mid, spread, impact };

  /// share^exponent
  double impact_law(double share) const;

  Kind kind_;
  CostTerms terms_;
  bool has_impact_, own_spread_, in_perpetual_;
  Lanes half_spread_{};  // the hedger's own, if it has one
};

}  // namespace unhedged::hedging
