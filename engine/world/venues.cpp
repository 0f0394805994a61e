#include <algorithm>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Which venues of one asset are up, and what those that only seem up still show. Outages come at random and
/// last an exponential time, both exact at the grid times: a venue is up or down there with the probabilities
/// of the two-state chain.
class VenueStates final : public Component {
 public:
  VenueStates(const Scenario& scenario, std::size_t asset)
      : asset_(asset), venues_(scenario.today[asset].venues), frozen_(venues_.size()) {}

  void start(BlockState& block, const NoiseCache&) override {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      block.assets[asset_].venue_up[v].fill(1.0);
      frozen_[v].fill(0.0);
    }
  }

  void enter(std::size_t, std::size_t, std::uint32_t, BlockState&, const NoiseCache&) override {}

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    for (std::size_t v = 0; v < venues_.size(); ++v) {
      const Lanes& uniform = noise.uniforms(Purpose::outage, Factor::venue(asset_, v), move.step);
      Lanes& up = block.assets[asset_].venue_up[v];
      const double back = 1 / venues_[v].outage_years;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const double out = venues_[v].outage_rate * block.of(asset_, lane).liquidity.outages;
        const double moved = -scalar::expm1(-(out + back) * move.dt) / (out + back);
        const bool was_up = up[lane] != 0;
        up[lane] = was_up ? (uniform[lane] < out * moved ? 0 : 1) : (uniform[lane] < back * moved ? 1 : 0);
        if (was_up && up[lane] == 0) frozen_[v][lane] = last_spot_[lane];
      }
    }
  }

  /// The price a desk sees: the mean of what the venues show, by their shares; a stale one shows the price it
  /// failed at.
  void show(BlockState& block) override {
    BlockAsset& asset = block.assets[asset_];
    const double today = block.scenario->today[asset_].spot;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double spot = block.spot(asset_, lane);
      double sum = 0, shares = 0;
      for (std::size_t v = 0; v < venues_.size(); ++v) {
        const bool up = asset.venue_up[v][lane] != 0;
        if (!up && !venues_[v].stale) continue;
        sum += venues_[v].share * (up ? spot : frozen_[v][lane]);
        shares += venues_[v].share;
      }
      const double seen = shares > 0 ? sum / shares : spot;
      asset.seen_spot[lane] = seen;
      asset.seen_log_spot[lane] = seen > 0 ? std::max(-40.0, scalar::log(seen / today)) : -40.0;
      last_spot_[lane] = spot;
    }
  }

 private:
  std::size_t asset_;
  const std::vector<market::Venue>& venues_;
  std::vector<Lanes> frozen_;  // [venue] price it failed at
  Lanes last_spot_{};
};

}  // namespace

std::unique_ptr<Component> make_venues(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<VenueStates>(scenario, asset);
}

}  // namespace unhedged::world
