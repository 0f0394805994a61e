#include <cmath>

#include "engine/world/components.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// What the mood was at the start of a step acts during it; then the mood moves, in part with the shock of
/// the price.
class Mood final : public Component {
 public:
  explicit Mood(std::size_t asset) : asset_(asset) {}

  void start(BlockState& block, const NoiseCache&) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) begin(lane, block);
  }

  void enter(std::size_t lane, std::size_t from, std::uint32_t, BlockState& block, const NoiseCache&) override {
    if (!block.scenario->regimes[from].assets[asset_].sentiment) begin(lane, block);
    else set_variance(lane, block);
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const auto factor = static_cast<std::uint32_t>(asset_);
    const Lanes& own = noise.normals(Purpose::mood, factor, move.step);
    const Lanes& driver = block.assets[asset_].shock;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& s = block.of(asset_, lane).sentiment;
      if (!s) continue;
      block.assets[asset_].state.log_spot[lane] += s->drift * mood_[lane] * move.dt;
      const double decay = std::exp(-s->decay * move.dt), rho = s->correlation;
      const double shock = rho * driver[lane] + std::sqrt(1 - rho * rho) * own[lane];
      mood_[lane] = mood_[lane] * decay + std::sqrt(1 - decay * decay) * shock;
      pull(*s, move.dt, lane, block);
    }
  }

 private:
  void begin(std::size_t lane, BlockState& block) {
    const auto& s = block.of(asset_, lane).sentiment;
    mood_[lane] = s ? s->initial : 0;
    set_variance(lane, block);
  }

  double variance_factor(const Sentiment& s, std::size_t lane) const {
    return std::exp(-2 * s.volatility * mood_[lane]);
  }

  /// A constant variance is the mood's from now on.
  void set_variance(std::size_t lane, BlockState& block) {
    const AssetRegime& regime = block.of(asset_, lane);
    if (!regime.sentiment || models::has_stochastic_variance(regime.dynamics)) return;
    block.assets[asset_].state.variance[lane] =
        models::initial_variance(regime.dynamics) * variance_factor(*regime.sentiment, lane);
  }

  /// A stochastic variance returns to a level that the mood moves.
  void pull(const Sentiment& s, double dt, std::size_t lane, BlockState& block) {
    const models::HestonParams* heston = models::heston_of(block.of(asset_, lane).dynamics);
    if (heston == nullptr) return set_variance(lane, block);
    double& variance = block.assets[asset_].state.variance[lane];
    const double shift = -std::expm1(-heston->mean_reversion * dt) * heston->long_run_variance *
                         (variance_factor(s, lane) - 1);
    variance = std::max(0.0, variance + shift);
  }

  std::size_t asset_;
  Lanes mood_{};
};

}  // namespace

std::unique_ptr<Component> make_sentiment(const Scenario&, std::size_t asset) {
  return std::make_unique<Mood>(asset);
}

}  // namespace unhedged::world
