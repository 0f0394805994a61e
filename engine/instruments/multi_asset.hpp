#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/instruments/contract.hpp"
#include "engine/instruments/lognormal.hpp"
#include "engine/math/square_matrix.hpp"

/// European options on several assets: exchange, spread and basket options. They remember nothing of a path;
/// what they are worth needs the prices of all their assets at once. A kind is one row in multi_asset.cpp.
namespace unhedged::instruments {

/// How the assets of a kind enter its payoff: the second of two against the first, or all together.
enum class Legs { one_against_another, together };

/// A kind of option on several assets.
struct MultiAssetRow {
  const char* name;
  const char* help;
  Asks asks;
  Legs legs;
  Side side;

  /// Assets it takes; 0: any number.
  std::size_t asset_count() const { return legs == Legs::one_against_another ? 2 : 0; }
  /// Of the weight of an asset in the payoff.
  double sign(std::size_t leg) const { return legs == Legs::one_against_another && leg == 1 ? -1.0 : 1.0; }
};

std::span<const MultiAssetRow> multi_asset_rows();

/// Pays max(side (sum of weight * S - strike), 0) at its expiry.
struct MultiAssetOption {
  const MultiAssetRow* row = nullptr;
  std::vector<std::size_t> assets;  ///< of the market, [leg]
  std::vector<double> weights;      ///< [leg], signed; a unit of it is so many units of each asset
  double strike = 0;                ///< account currency, not negative
  double expiry_years = 0;
  math::SquareMatrix correlation;  ///< [leg][leg], at which it is priced

  std::size_t legs() const { return assets.size(); }
  /// The leg that an asset is; legs() if it is none.
  std::size_t leg_of(std::size_t asset) const;
  /// shapes  spot: [leg]
  double payoff(std::span<const double> spot) const;
};

}  // namespace unhedged::instruments
