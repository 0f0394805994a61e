#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/part.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// How a mood of decay k moves over a step of dt, given its start m and the shock w of the price, exactly:
///   m' = m e^(-k dt) + (1 - e^(-2 k dt))^(1/2) (c w + (1 - c^2)^(1/2) z1),
///   integral of the mood = (m + m') tanh(x) / k + 2/k (x - tanh x)^(1/2) (c' w - c c' / (1 - c^2)^(1/2) z1 + ... z2),
///   x = k dt / 2,  c^2 = rho^2 tanh(x) / x,  c'^2 = rho^2 - c^2,  signs of rho.
struct MoodStep {
  MoodStep(const Sentiment& s, double dt) {
    const double x = 0.5 * s.decay * dt, gap = x < 1e-3 ? x * x * x / 3 : x - scalar::tanh(x);
    const double rho = s.correlation;
    decay = scalar::exp(-s.decay * dt);
    spread = std::sqrt(1 - decay * decay);
    on_price = rho * std::sqrt(1 - gap / x);
    own = std::sqrt(1 - on_price * on_price);
    ends = scalar::tanh(x) / s.decay;
    bridge = 2 / s.decay * std::sqrt(gap);
    bridge_on_price = rho * std::sqrt(gap / x);
    bridge_on_own = own > 0 ? -on_price * bridge_on_price / own : 0;
    bridge_own = std::sqrt(std::max(0.0, 1 - bridge_on_price * bridge_on_price - bridge_on_own * bridge_on_own));
  }
  double decay, spread, on_price, own;
  double ends, bridge, bridge_on_price, bridge_on_own, bridge_own;
};

/// The drift gets the integral of the mood over the step; the volatility goes by the mood at its start.
class Mood final : public Part<Sentiment> {
 public:
  Mood(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::sentiment)), asset_(asset) {}

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Factor factor = Factor::asset(asset_);
    const Lanes& own = noise.normals(Purpose::mood, factor, move.step);
    const Lanes& path = noise.normals(Purpose::mood_path, factor, move.step);
    const Sentiment* of = nullptr;
    std::optional<MoodStep> c;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const Sentiment* s = last(lane);
      if (s == nullptr) continue;
      if (s != of) c.emplace(*(of = s), move.dt);
      const double before = mood_[lane], w = block.assets[asset_].shock[lane];
      mood_[lane] = before * c->decay + c->spread * (c->on_price * w + c->own * own[lane]);
      if (acting(lane, block) == nullptr) continue;
      const double bridge = c->bridge_on_price * w + c->bridge_on_own * own[lane] + c->bridge_own * path[lane];
      block.assets[asset_].state.log_spot[lane] +=
          s->drift * ((before + mood_[lane]) * c->ends + c->bridge * bridge);
      pull(*s, move.dt, before, lane, block);
    }
  }

 private:
  void begin(std::size_t lane, const Sentiment& s, std::uint32_t, BlockState&, const NoiseCache&) override {
    mood_[lane] = s.initial;
  }
  void settle(std::size_t lane, const Sentiment& s, BlockState& block) override { set_variance(s, lane, block); }

  static double variance_factor(const Sentiment& s, double mood) { return scalar::exp(-2 * s.volatility * mood); }

  /// A constant variance is the mood's from now on.
  void set_variance(const Sentiment& s, std::size_t lane, BlockState& block) {
    const AssetRegime& regime = block.of(asset_, lane);
    if (s.volatility == 0 || models::has_stochastic_variance(regime.dynamics)) return;
    block.assets[asset_].state.variance[lane] =
        models::initial_variance(regime.dynamics) * variance_factor(s, mood_[lane]);
  }

  /// A stochastic variance returns to a level that the mood moves: that of the mean of both ends of the step.
  void pull(const Sentiment& s, double dt, double before, std::size_t lane, BlockState& block) {
    const models::HestonParams* heston = models::heston_of(block.of(asset_, lane).dynamics);
    if (heston == nullptr) return set_variance(s, lane, block);
    double& variance = block.assets[asset_].state.variance[lane];
    const double factor = 0.5 * (variance_factor(s, before) + variance_factor(s, mood_[lane]));
    const double shift = -scalar::expm1(-heston->mean_reversion * dt) * heston->long_run_variance * (factor - 1);
    variance = std::max(0.0, variance + shift);
  }

  std::size_t asset_;
  Lanes mood_{};
};

}  // namespace

std::unique_ptr<Component> make_sentiment(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<Mood>(scenario, asset);
}

}  // namespace unhedged::world
