#pragma once
#include <span>

#include "engine/market/tradable.hpp"
#include "engine/world/state.hpp"

/// Where the price of each kind of tradable comes from: a row for every kind there is.
namespace unhedged::world {

struct TradableSource {
  market::Tradable::Kind kind;
  /// Whether an asset has one.
  bool (*exists)(const AssetToday& asset);
  /// Its price, given the spot of its asset: as it is, or as desks see it. account currency
  const Lanes* (*price)(const BlockAsset& state, const Lanes* spot);
  /// What who is long of it pays a year.
  const Lanes* (*funding)(const BlockAsset& state);
};

const TradableSource& source_of(market::Tradable::Kind kind);

/// Everything that can be traded: kind by kind and, within it, asset by asset. Every asset can be traded
/// itself, which comes first, so that its number is that of the asset.
std::vector<market::Tradable> tradables(std::span<const AssetToday> today);

}  // namespace unhedged::world
