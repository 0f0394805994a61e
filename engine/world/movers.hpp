#pragma once
#include <span>

#include "engine/world/components.hpp"
#include "engine/world/drivers.hpp"
#include "engine/world/regime_clock.hpp"
#include "engine/world/regime_table.hpp"

namespace unhedged::world {

/// Everything that moves a block: entering regimes, diffusions with their plain jumps, components.
class Movers {
 public:
  explicit Movers(const ScenarioEngine& engine);

  /// Puts prices and variances at today's, in the regimes that the block is in, and components where they
  /// start.
  void start(BlockState& block, const NoiseCache& noise);

  /// What entering does: prices may gap, variances be reset, components take up their laws.
  void enter(std::span<const RegimeChange> changes, std::uint32_t step, BlockState& block,
             const NoiseCache& noise);

  /// A step of the prices. present: bit r: some path is in regime r.
  void move(const Move& move, std::uint64_t present, BlockState& block, NoiseCache& noise);

  /// Whether anything but the diffusions moves prices.
  bool move_prices_on() const;
  /// Quotes variances at the prices, where something but the diffusions has moved those.
  void requote(BlockState& block) const;

  /// The same step of what goes by where the prices are, once nothing moves them any more.
  void follow(const Move& move, BlockState& block, NoiseCache& noise);

  /// Shows what comes and goes within a regime: what jumps add now, then what looks at it.
  void show(BlockState& block);

 private:
  void jump_into(std::size_t lane, std::size_t asset, std::uint32_t step, BlockState& block,
                 const NoiseCache& noise) const;
  void requote_asset(std::size_t asset, BlockState& block) const;
  void diffuse(std::size_t asset, std::uint64_t present, BlockState& block, NoiseCache& noise);
  void diffuse_all(std::size_t asset, std::uint64_t present, BlockState& block, NoiseCache& noise);
  const Lanes& diffuse_as(std::size_t regime, std::size_t asset, const BlockState& block, NoiseCache& noise,
                          AssetState& state);

  const ScenarioEngine* engine_;
  Drivers drivers_;
  ComponentList components_;
  std::vector<RegimeTable> plain_jumps_;  // [asset] variance a year
  std::vector<bool> wants_shock_;         // [asset] whether a component reads BlockAsset::shock
  Move move_{};
  AssetState before_{}, moved_{};  // of the asset that moves, where a block is in several regimes
};

}  // namespace unhedged::world
