#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Price and funding of the perpetual on one asset.
class PerpetualState final : public Component {
 public:
  explicit PerpetualState(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) basis_[lane] = block.of(asset_, lane).perpetual.basis;
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t, BlockState& block, const NoiseCache&) override {
    const Perpetual& p = block.of(asset_, lane).perpetual;
    if (p.resets) basis_[lane] = p.basis;
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& shock = noise.normals(Purpose::basis, Factor::asset(asset_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Perpetual& p = block.of(asset_, lane).perpetual;
      const double decay = scalar::exp(-p.basis_decay * move.dt);
      basis_[lane] = p.basis + (basis_[lane] - p.basis) * decay +
                     p.basis_deviation * std::sqrt(1 - decay * decay) * shock[lane];
    }
  }

  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      asset.perpetual[lane] = block.spot(asset_, lane) * scalar::exp(basis_[lane]);
      asset.funding[lane] = block.of(asset_, lane).perpetual.funding;
    }
  }

 private:
  std::size_t asset_;
  Lanes basis_{};
};

}  // namespace

std::unique_ptr<Component> make_perpetual(const Scenario&, std::size_t asset) {
  return std::make_unique<PerpetualState>(asset);
}

}  // namespace unhedged::world
