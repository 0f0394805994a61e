#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/pricing/belief.hpp"

/// Beliefs whose volatility the desk works out itself, in place of what is quoted at that moment: the level
/// of the variance that prices go by is then the desk's own on every path.
namespace unhedged::pricing {

/// From the prices it sees: the mean of squared log moves from one look to the next, a year.
struct RealisedVolatility {
  enum class Weights {
    window,     ///< all alike over a window
    half_life,  ///< halved with time
    lambda      ///< by a factor from look to look
  };
  Weights weights = Weights::window;
  double of_weights = 0;        ///< the window or the half-life in years, or the factor
  std::vector<char> looks;      ///< [step]
  std::optional<double> prior;  ///< volatility before there are moves; absent: today's quote

  bool operator==(const RealisedVolatility&) const = default;
};

/// From quotes, but at intervals; in between the desk keeps what it has.
struct Recalibration {
  double life_years = 0;    ///< of the quote at the money that it meets
  std::vector<char> looks;  ///< [step]

  bool operator==(const Recalibration&) const = default;
};

/// No estimate of a volatility is lower or higher: 1 % and 1000 %.
inline constexpr double kLeastOwnVariance = 1e-4, kGreatestOwnVariance = 100;

/// `base`, which goes by quotes, with a level of the desk's own.
std::shared_ptr<const Belief> with_own_level(std::shared_ptr<const Belief> base, OwnLevel level);

}  // namespace unhedged::pricing
