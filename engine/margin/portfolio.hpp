#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/instruments/book.hpp"
#include "engine/margin/matrix.hpp"
#include "engine/pricing/black_scholes.hpp"

/// What a book in one asset comes to in the scenarios of a model, position by position.
namespace unhedged::margin {

inline constexpr double kDaysPerYear = 365;  ///< in which models count the days to an expiry

/// Today's market of an asset.
struct AssetMarket {
  double spot = 0;
  pricing::Carry carry;
};

/// What becomes of it.
struct ShockedMarket {
  double spot = 0;
  double years_passed = 0;                 ///< since today
  double volatility_factor = 1;            ///< of all volatilities, before the shock
  const VolatilityShock* shock = nullptr;  ///< null: none
  VolatilityMove move = VolatilityMove::same;

  /// What a volatility becomes that is quoted for a life.
  double volatility(double quoted, double years_to_expiry) const;
};

/// A holding of any kind, frozen.
class FrozenHolding {
 public:
  virtual ~FrozenHolding() = default;
  /// Of all of it, in account currency at the spot of `now`. `market`: today's.
  virtual double value(const AssetMarket& market, const ShockedMarket& now) const = 0;
  /// Units.
  virtual double delta(const AssetMarket& market, const ShockedMarket& now) const = 0;
};

/// A holding of a European option, a forward, the asset itself, a future or a perpetual, whose price is that
/// of the asset. What is margined is worth what its price has moved since today.
struct MarginPosition {
  instruments::ContractKind kind = instruments::ContractKind::spot;
  double strike = 0;
  double expiry_years = 0;
  double quantity = 0;    ///< units of the asset; of inverse futures and perpetuals account currency
  double volatility = 0;  ///< of an option, at which it is marked today
  bool in_coin = false;   ///< what it pays is paid in the asset

  double value(const AssetMarket& market, const ShockedMarket& now) const;
  double delta(const AssetMarket& market, const ShockedMarket& now) const;
  /// Price of a future; of a perpetual the spot.
  double price(const AssetMarket& market, double spot, double years_passed) const;
};

/// All that is held of an asset.
struct AssetPortfolio {
  AssetMarket market;
  std::vector<MarginPosition> positions;
  std::vector<std::shared_ptr<const FrozenHolding>> others;  ///< which no charge but by delta counts

  double value(const ShockedMarket& now) const;
  /// Value in account currency where what is paid in coin is counted in coin and exchanged at today's spot.
  double value_counted(const ShockedMarket& now) const;
};

/// The P&L of each scenario. What is paid in coin loses and gains coins, which are exchanged at today's spot.
/// shapes  [scenario]
std::vector<double> scenario_pnl(const MarginModel& model, std::span<const MarginScenario> all,
                                 const AssetPortfolio& portfolio);

/// What charges count of a portfolio.
class PortfolioExposures {
 public:
  explicit PortfolioExposures(const AssetPortfolio& portfolio, double provision = 0);
  Exposures get() const;

 private:
  Exposures numbers_;
  std::vector<ExpiryDelta> by_expiry_;
};

}  // namespace unhedged::margin
