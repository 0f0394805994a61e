#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/component.hpp"
#include "engine/world/part_kernels.hpp"
#include "engine/world/tradable_sources.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

constexpr Lanes kStill{};

/// Price and funding of the perpetual on one asset.
class PerpetualState final : public Component {
 public:
  PerpetualState(const Scenario& scenario, std::size_t asset, market::TradableKind kind)
      : asset_(asset), kind_(kind) {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      funding_[r] = scenario.regimes[r].assets[asset].perpetual.funding;
      moves_ = moves_ || scenario.regimes[r].assets[asset].perpetual.basis_deviation > 0;
    }
  }

  void start(BlockState& block, const NoiseCache&) override {
    basis_.fill(block.of(asset_, 0).perpetual.basis);
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const Perpetual& p = block.of(asset_, lane).perpetual;
    if (p.resets) basis_[lane] = p.basis;
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    if (moves_)
      part_kernels().revert(law_, block.regime,
                            noise.normals(Purpose::basis, Factor::asset(asset_), move.step), basis_);
    else part_kernels().revert(law_, block.regime, kStill, basis_);
  }

  void show(BlockState& block) override {
    ContractState& contract = block.assets[asset_].contracts[kind_];
    part_kernels().price(block.assets[asset_].price, basis_, contract.price);
    part_kernels().gather(funding_, block.regime, contract.funding);
  }

 private:
  void prepare(const Scenario& scenario, double dt) override {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const Perpetual& p = scenario.regimes[r].assets[asset_].perpetual;
      const double decay = scalar::exp(-p.basis_decay * dt);
      law_.level[r] = p.basis;
      law_.decay[r] = decay;
      law_.spread[r] = p.basis_deviation * std::sqrt(1 - decay * decay);
    }
  }

  std::size_t asset_;
  market::TradableKind kind_;
  ReversionLaw law_{};
  RegimeTable funding_{};
  bool moves_ = false;  // the basis does, at random
  Lanes basis_{};
};

}  // namespace

/// docs/methods/perpetuals.md
extern constinit const TradableRow kPerpetual{
    "perpetual", "the perpetual future of every asset that has one", true,
    [](const AssetToday& asset) { return asset.has_perpetual; },
    [](const Scenario& scenario, std::size_t asset, market::TradableKind kind) -> std::unique_ptr<Component> {
      return std::make_unique<PerpetualState>(scenario, asset, kind);
    }};

}  // namespace unhedged::world
