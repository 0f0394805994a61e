#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Price and funding of the perpetual on one asset.
class PerpetualState final : public Component {
 public:
  PerpetualState(const Scenario& scenario, std::size_t asset) : asset_(asset) {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r)
      funding_[r] = scenario.regimes[r].assets[asset].perpetual.funding;
  }

  void start(BlockState& block, const NoiseCache&) override {
    basis_.fill(block.of(asset_, 0).perpetual.basis);
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const Perpetual& p = block.of(asset_, lane).perpetual;
    if (p.resets) basis_[lane] = p.basis;
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    part_kernels().revert(law_, block.regime, noise.normals(Purpose::basis, Factor::asset(asset_), move.step),
                          basis_);
  }

  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    part_kernels().perpetual(asset.state.anchor, asset.state.log_spot, basis_, asset.perpetual);
    part_kernels().gather(funding_, block.regime, asset.funding);
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
  ReversionLaw law_{};
  RegimeTable funding_{};
  Lanes basis_{};
};

}  // namespace

std::unique_ptr<Component> make_perpetual(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<PerpetualState>(scenario, asset);
}

}  // namespace unhedged::world
