#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/instruments/multi_asset.hpp"
#include "engine/market/quotes.hpp"
#include "engine/pricing/black_scholes.hpp"
#include "engine/pricing/greek.hpp"
#include "engine/pricing/multi_asset_kernels.hpp"

namespace unhedged::pricing {

/// Room for the options on several assets of a block, one after another; nothing is allocated once there is
/// room for the most legs.
class MultiAssetRoom {
 public:
  explicit MultiAssetRoom(std::size_t most_legs);

  std::size_t lanes() const { return 5 * forward.size() + 4; }

  std::vector<Lanes> forward, deviation, loading, boundary, share;  // [leg]
  Lanes threshold, slope, turning, mixed;
  ExerciseRule rule();
};

/// An option on several assets where prices are lognormal, each with the volatility that is quoted for it at
/// the money forward, or with one of the desk's own, and with the correlation of the option. Exactly for what
/// is exercised where a normal variable exceeds a threshold, at the best such rule.
/// accuracy  docs/methods/contracts.md
class MultiAssetValuation {
 public:
  struct Leg {
    double spot_today = 0;
    Carry carry;
  };
  /// `own`: the curve that all assets are priced at whatever is quoted.
  MultiAssetValuation(const instruments::MultiAssetOption& option, std::vector<Leg> legs,
                      std::optional<market::ImpliedCurve> own);

  /// Finds when it would be exercised. `quotes`: of all assets of the market. `count`: lanes, a multiple of
  /// 16. expects  the option outlives the time
  void find(double time_years, std::span<const market::AssetQuotes> quotes, std::size_t count,
            MultiAssetRoom& room) const;

  /// out += quantity * a Greek with respect to one leg, from what has been found. Value and theta are those
  /// of the whole option.
  void add(double time_years, const market::AssetQuotes& quotes, Greek greek, std::size_t leg,
           double quantity, std::size_t count, MultiAssetRoom& room, Lanes& out) const;

 private:
  MultiAssetState state(const MultiAssetRoom& room) const;
  void add_value(double life, double quantity, std::size_t count, MultiAssetRoom& room, Lanes& out) const;
  void add_theta(double life, double quantity, std::size_t count, MultiAssetRoom& room, Lanes& out) const;
  double rate() const { return legs_.front().carry.rate; }
  double growth(std::size_t leg, double life) const;

  const instruments::MultiAssetOption* option_;
  std::vector<Leg> legs_;
  std::vector<double> sign_;
  std::optional<market::ImpliedCurve> own_;
};

/// Of one unit today, [leg]; value and theta stand with the first leg and are 0 with the others.
/// `volatilities`: [leg]
std::vector<Greeks> multi_asset_greeks(const instruments::MultiAssetOption& option,
                                       const std::vector<MultiAssetValuation::Leg>& legs,
                                       std::span<const double> volatilities);

}  // namespace unhedged::pricing
