#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Margin of perpetuals: maintenance by the size of a position, and the prices at which it is lost.
namespace unhedged::margin {

/// From a notional on, up to the next tier's.
struct Tier {
  double from = 0;    ///< account currency
  double rate = 0;    ///< of the notional
  double amount = 0;  ///< account currency, which makes the maintenance continuous: derived, see TierTable
};

/// A position in a perpetual that is linear in its price.
struct PerpetualPosition {
  double units = 0;   ///< negative is short
  double entry = 0;   ///< price at which it was agreed
  double wallet = 0;  ///< account currency that stands behind it, gains and losses since the entry apart
};

/// maintenance = notional rate - amount of the tier that the notional is in.
class TierTable {
 public:
  /// Amounts are derived: a_0 = 0, a_k = a_(k-1) + from_k (rate_k - rate_(k-1)).
  /// expects  the first tier from 0; notionals and rates ascend, rates below 1
  explicit TierTable(std::vector<Tier> tiers);

  const std::vector<Tier>& tiers() const { return tiers_; }
  /// The tier of a notional; one at a border belongs to the lower.
  const Tier& at(double notional) const;
  double maintenance(double notional) const;
  /// The price at which what is left of the wallet is the maintenance, the tier being that of the price
  /// itself; none: the position is never lost. expects  units != 0
  std::optional<double> liquidation_price(const PerpetualPosition& held) const;

 private:
  std::vector<Tier> tiers_;
};

/// Price at which the wallet of a linear position is spent: entry - wallet / units.
double bankruptcy_price(const PerpetualPosition& held);
/// Of an inverse one, whose margin is 1 / leverage of its value in coin: entry L / (L + side).
/// expects  leverage > 1 of a short
double inverse_bankruptcy_price(double entry, double leverage, double side);

/// Margin by the leverage that a venue allows, and how it liquidates (Hyperliquid's rules).
struct LeverageRule {
  double most_leverage = 1;  ///< initial margin is notional / so much
  double maintenance_of_initial = 0.5;
  double whole_below = 0;     ///< account currency: positions of more are closed in parts
  double first_part = 1;      ///< of a larger one that is closed at once
  double pause_seconds = 0;   ///< before the rest is
  double backstop_below = 0;  ///< of the maintenance: equity under which all is taken over

  double initial(double notional) const { return notional / most_leverage; }
  double maintenance(double notional) const { return maintenance_of_initial * initial(notional); }
  /// `equity`: at `price`. None: the position is never lost.
  std::optional<double> liquidation_price(double units, double price, double equity) const {
    return price_at(maintenance_of_initial, units, price, equity);
  }
  /// Where all is taken over; the same.
  std::optional<double> backstop_price(double units, double price, double equity) const {
    if (backstop_below == 0) return {};
    return price_at(backstop_below * maintenance_of_initial, units, price, equity);
  }

 private:
  /// Where the equity is a share of the initial margin.
  std::optional<double> price_at(double share, double units, double price, double equity) const;
};

/// What happens to a position whose equity is what it is.
struct Liquidation {
  enum class By { nobody, market, backstop };
  By by = By::nobody;
  double part = 0;           ///< of the position that is closed at once
  double pause_seconds = 0;  ///< until the rest is; 0: there is none
};
Liquidation liquidation(const LeverageRule& rule, double notional, double equity);

}  // namespace unhedged::margin
