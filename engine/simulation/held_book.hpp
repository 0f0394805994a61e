#pragma once
#include <vector>

#include "engine/simulation/contract_book.hpp"
#include "engine/simulation/margin_book.hpp"
#include "engine/simulation/multi_asset_book.hpp"
#include "engine/world/block_world.hpp"

namespace unhedged::simulation {

class PreparedRun;

/// The positions of a run by themselves on the paths of a block: what they pay, and what they are worth at
/// the horizon. Prices are those of a world of the same scenario, from which it takes nothing else.
class HeldBook {
 public:
  /// The run outlives it.
  HeldBook(const PreparedRun& run, std::size_t scenario);

  void start();
  /// Shows it the price of an asset at a grid time: contracts look at it, and margin is settled.
  void observe(std::size_t asset, std::uint32_t step, const world::BlockWorld& world);
  /// What is due at a grid time, once all prices are there.
  void settle(std::uint32_t step, const world::BlockWorld& world);
  /// At the horizon, once all is settled: marks what is left.
  void mark(std::uint32_t horizon, const world::BlockWorld& world);
  /// All of it, of grid times in turn, today's first.
  void at(std::uint32_t step, const world::BlockWorld& world);

  /// What has been paid in an asset since today, less V(0), in money of the horizon: what was exchanged for
  /// coins is no part of it. shapes  [lanes]
  const Lanes& cash(std::size_t asset) const { return cash_[asset]; }
  /// Mark of an asset at the horizon. shapes  [lanes]
  const Lanes& marked(std::size_t asset) const { return marked_[asset]; }
  /// After the horizon: in account currency of then. shapes  [lanes]
  const Lanes& pnl() const { return pnl_; }

  const ContractBook& contracts() const { return contracts_; }
  MultiAssetBook& multi_assets() { return multi_assets_; }
  const MultiAssetBook& multi_assets() const { return multi_assets_; }
  /// Whether something is settled on margin or paid in coin; then every asset has a margin book.
  bool has_margin() const { return !margin_.empty(); }
  const MarginBook& margin(std::size_t asset) const { return margin_[asset]; }
  /// That a step goes through.
  std::size_t lanes() const;

 private:
  const PreparedRun* run_;
  std::size_t scenario_;
  ContractBook contracts_;
  MultiAssetBook multi_assets_;
  std::vector<MarginBook> margin_;    // [asset]; empty: there is nothing of the kind
  std::vector<Lanes> cash_, marked_;  // [asset]
  Lanes pnl_{};
};

}  // namespace unhedged::simulation
