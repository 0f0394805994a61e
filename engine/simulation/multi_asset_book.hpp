#pragma once
#include <optional>
#include <vector>

#include "engine/pricing/belief.hpp"
#include "engine/pricing/multi_asset_valuation.hpp"
#include "engine/simulation/plan.hpp"
#include "engine/world/block_world.hpp"

/// Options of the book on several assets, on one block of paths in one world. Their Greeks are added to those
/// of each of their assets.
namespace unhedged::simulation {

class MultiAssetBook {
 public:
  /// `beliefs`: absent where nobody asks.
  MultiAssetBook(const Plan& plan, const std::vector<std::optional<pricing::Believed>>& beliefs);

  bool empty() const { return plan_->multi_assets.empty(); }

  /// Whether an option is alive whose last asset it is: once that is observed, all are.
  bool completes(std::size_t option, std::size_t asset, std::uint32_t step) const;
  std::size_t size() const { return plan_->multi_assets.size(); }
  const instruments::MultiAssetOption& option(std::size_t index) const {
    return *plan_->multi_assets[index].option;
  }

  /// Values an option under a belief. `quotes`: [asset], as shown
  void find(std::size_t belief, std::size_t option, std::uint32_t step,
            std::span<const market::AssetQuotes> quotes);
  /// out += a Greek, with respect to a leg, of what was valued last.
  void add(std::size_t belief, std::size_t option, std::uint32_t step, const market::AssetQuotes& quotes,
           pricing::Greek greek, std::size_t leg, Lanes& out);

  /// out += to_horizon * what those pay that expire at a grid time, with the first of their assets.
  /// shapes  out: [asset]
  void settle(std::uint32_t step, const world::BlockWorld& world,
              std::span<const std::vector<double>> to_horizon, std::vector<Lanes>& out);
  /// out += what those that are alive after a grid time and whose first asset it is are worth at the market's
  /// quotes.
  void mark(std::uint32_t step, std::size_t asset, const world::BlockWorld& world, Lanes& out);
  std::size_t lanes() const { return empty() ? 0 : room_.lanes(); }

 private:
  const Plan* plan_;
  std::vector<std::vector<pricing::MultiAssetValuation>> targets_;  // [belief][option]
  std::vector<pricing::MultiAssetValuation> marks_;                 // [option]
  std::vector<std::size_t> last_asset_, expiry_step_;               // [option]
  pricing::MultiAssetRoom room_;
  std::vector<double> spot_;                 // [leg] of one path
  std::vector<market::AssetQuotes> quotes_;  // [asset] at the horizon
};

}  // namespace unhedged::simulation
