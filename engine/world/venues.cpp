#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Which venues of one asset are up, and what those that only seem up still show. Outages come at random and
/// last an exponential time, both exact at the grid times: a venue is up or down there with the probabilities
/// of the two-state chain.
class VenueStates final : public Component {
 public:
  VenueStates(const Scenario& scenario, std::size_t asset)
      : asset_(asset),
        venues_(scenario.today[asset].venues),
        laws_(venues_.size()),
        frozen_(venues_.size()),
        may_be_stale_(scenario.today[asset].may_be_stale()) {}

  void start(BlockState& block, const NoiseCache&) override {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      block.assets[asset_].venue_up[v].fill(1.0);
      frozen_[v].fill(0.0);
    }
  }

  void enter(std::size_t, std::size_t, std::uint32_t, BlockState&, const NoiseCache&) override {}

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      if (venues_[v].outage_rate == 0) continue;  // it is always up
      const Lanes& uniform = noise.uniforms(Purpose::outage, Factor::venue(asset_, v), move.step);
      BlockAsset& asset = block.assets[asset_];  // with the price shown at the start of the step
      part_kernels().outage(laws_[v], block.regime, uniform, asset.price, asset.venue_up[v], frozen_[v]);
    }
  }

  /// The price a desk sees: the mean of what the venues show, by their shares; a stale one shows the price it
  /// failed at.
  void show(BlockState& block) override {
    if (!may_be_stale_) return;
    BlockAsset& asset = block.assets[asset_];
    Showing sum{};
    for (std::size_t v = 0; v < venues_.size(); ++v)
      part_kernels().show_venue(venues_[v].share, venues_[v].stale, asset.price, asset.venue_up[v],
                                frozen_[v], sum);
    part_kernels().seen(sum, block.scenario->today[asset_].spot, asset.price, asset.seen_spot,
                        asset.seen_log_spot);
  }

 private:
  void prepare(const Scenario& scenario, double dt) override {
    for (std::size_t v = 0; v < venues_.size(); ++v)
      for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
        if (venues_[v].outage_rate == 0) continue;
        const double back = 1 / venues_[v].outage_years;
        const double out = venues_[v].outage_rate * scenario.regimes[r].assets[asset_].liquidity.outages;
        const double moved = -scalar::expm1(-(out + back) * dt) / (out + back);
        laws_[v].fails[r] = out * moved;
        laws_[v].mends[r] = back * moved;
      }
  }

  std::size_t asset_;
  const std::vector<market::Venue>& venues_;
  std::vector<OutageLaw> laws_;  // [venue]
  std::vector<Lanes> frozen_;    // [venue] price it failed at
  bool may_be_stale_;            // what is shown then is not the price
};

}  // namespace

std::unique_ptr<Component> make_venues(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<VenueStates>(scenario, asset);
}

}  // namespace unhedged::world
