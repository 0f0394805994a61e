#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "engine/market/tradable.hpp"
#include "engine/world/state.hpp"

/// What can be traded, and where its price comes from.
namespace unhedged::world {

class Component;

/// A kind of tradable.
struct TradableRow {
  const char* name;  ///< by which hedgers are told to hedge with it
  const char* help;  ///< empty: the name says it
  bool on_margin;    ///< market::Tradable
  /// Whether an asset has one today.
  bool (*exists)(const AssetToday& asset);
  /// What keeps its price and funding, BlockAsset::contracts[kind], up to date: price and funding are there
  /// once it has shown. Null: its price is that of the asset, and there is no funding.
  std::unique_ptr<Component> (*make)(const Scenario& scenario, std::size_t asset, market::TradableKind kind);
};

/// All kinds, [kind]: a row each in tradable_sources.cpp, and a file in world/tradables for those that have a
/// state. The first is an asset itself.
std::span<const TradableRow* const> tradable_rows();

/// expects a name of the table
market::TradableKind tradable_kind(std::string_view name);

/// How many contracts with a state an asset has.
std::size_t contract_count(const AssetToday& asset);

/// Everything that can be traded: kind by kind and, within it, asset by asset. Every asset can be traded
/// itself, which comes first, so that its number is that of the asset.
std::vector<market::Tradable> tradables(std::span<const AssetToday> today);

/// Where price and funding of a kind of tradable stand in the state of its asset.
class TradableSource {
 public:
  explicit TradableSource(market::TradableKind kind) : kind_(kind) {}

  /// Its price, given the spot of its asset: as it is, or as desks see it. account currency
  const Lanes* price(const BlockAsset& state, const Lanes* spot) const;
  /// What who is long of it pays a year.
  const Lanes* funding(const BlockAsset& state) const { return &state.contracts[kind_].funding; }

 private:
  market::TradableKind kind_;
};

inline TradableSource source_of(market::TradableKind kind) { return TradableSource(kind); }

}  // namespace unhedged::world
