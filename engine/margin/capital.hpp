#pragma once
#include <span>
#include <vector>

/// Regulatory yardsticks that are formulas of a few numbers. docs/methods/margin.md
namespace unhedged::margin {

/// What is lent and what secures it, with the haircuts of ten days.
struct CollateralisedExposure {
  double exposure = 0, exposure_haircut = 0;
  double collateral = 0, collateral_haircut = 0;
  double currency_haircut = 0;  ///< where they are in different currencies

  /// E* = max(0, E (1 + H_E) - C (1 - H_C - H_FX)). source  Basel, CRE22; CBB rulebook CA-4.3.7
  double after_haircuts() const;
};

/// Expected shortfall over liquidity horizons (MAR33.5):
///   sqrt(sum_j (ES_j sqrt((LH_j - LH_(j-1)) / LH_1))^2),   LH_0 = 0
/// `shortfall`: [j] over the base horizon LH_1, of factors whose horizon is LH_j or longer, the others
/// frozen. expects  horizons ascend
double over_liquidity_horizons(std::span<const double> shortfall, std::span<const double> horizon_days);

/// IMES = ES of the stress with the reduced set of factors, times max(ES full / ES reduced, 1) (MAR33.6).
double stressed_shortfall(double reduced_in_stress, double full_today, double reduced_today);

/// IMCC: half of what all factors come to together, half of the sum of each class alone (MAR33.15).
double internal_model_charge(double together, std::span<const double> classes);

/// A holder of bonds on credit who sells what cash does not cover, in a market that his sales move: the price
/// becomes P e^(-duration dy), cash pays the loss, what is missing is sold, and the next rise of the yield is
/// `impact` times what was sold.
struct BondSpiral {
  double value = 0;     ///< of the bonds held
  double duration = 0;  ///< years
  double cash = 0;
  double impact = 0;  ///< rise of the yield per unit of value sold

  struct End {
    double sold = 0;     ///< value sold in all
    double rise = 0;     ///< of the yield, in all
    double value = 0;    ///< of what is left
    bool spent = false;  ///< nothing was left to sell
  };
  /// After a rise of the yield. It ends where sales die out, as they do if duration * value * impact < 1, or
  /// where all is sold.
  End after(double rise) const;
};

}  // namespace unhedged::margin
