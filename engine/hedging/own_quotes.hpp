#pragma once
#include <memory>

#include "engine/core/calendar.hpp"
#include "engine/core/isa.hpp"
#include "engine/market/quotes.hpp"
#include "engine/pricing/model_quotes.hpp"
#include "engine/pricing/own_level.hpp"

/// What desks that make their volatility themselves take for what is quoted.
namespace unhedged::hedging {

/// What such a desk is told once of an asset.
struct OwnQuotesTerms {
  TimeGrid grid;
  double volatility_today = 0;                  ///< quoted at the money for a month
  const pricing::ModelQuotes* model = nullptr;  ///< of who calibrates a level
};

/// What came of calibrations, on every path.
struct CalibrationRecord {
  Lanes squared_error;  ///< sum over calibrations of the mean square of what the model quotes less the market
  Lanes drift;          ///< sum of the changes of the calibrated volatility, without sign
  Lanes failures;       ///< how many did not reach their quote
  std::size_t calibrations = 0;
};

/// On one block of paths, of those who hold one belief.
class OwnQuotes {
 public:
  virtual ~OwnQuotes() = default;

  virtual void start() = 0;
  /// Is shown the quotes of every grid time in turn, today's first.
  virtual void look(std::size_t step, const market::AssetQuotes& shown) = 0;
  /// Those that the belief prices by now: prices as shown, and a level of the desk's own.
  const market::AssetQuotes& quotes() const { return quotes_; }

  /// Null: nothing is calibrated.
  virtual const CalibrationRecord* record() const { return nullptr; }
  /// Lanes that it keeps.
  virtual std::size_t lanes() const = 0;

 protected:
  market::AssetQuotes quotes_;
};

/// Null: the belief goes by what is shown.
std::unique_ptr<OwnQuotes> make_own_quotes(const pricing::Belief& belief, const OwnQuotesTerms& terms);

/// How a mean of squared moves changes at a look: mean = (keep mean + add move^2), within the bounds of an
/// estimate as `level` shows it.
struct LevelKernels {
  void (*decay)(double keep, double add, const Lanes& log_spot, Lanes& last, Lanes& mean, Lanes& level);
  /// sum += move^2 - oldest; oldest = move^2; level = (sum + prior) / years
  void (*slide)(double prior, double per_year, const Lanes& log_spot, Lanes& last, Lanes& oldest, Lanes& sum,
                Lanes& level);
};

UNHEDGED_DECLARE_KERNELS(LevelKernels, level_kernels)

}  // namespace unhedged::hedging
