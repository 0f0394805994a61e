#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/components.hpp"
#include "engine/world/part.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// How a mood of decay k moves over a step of dt, given its start m and the shock w of the price, exactly:
///   m' = m e^(-k dt) + (1 - e^(-2 k dt))^(1/2) (c w + (1 - c^2)^(1/2) z1),
///   integral of the mood = (m + m') tanh(x) / k + 2/k (x - tanh x)^(1/2) (c' w - c c' / (1 - c^2)^(1/2) z1 +
///   ... z2), x = k dt / 2,  c^2 = rho^2 tanh(x) / x,  c'^2 = rho^2 - c^2,  signs of rho.
void set_step(const Sentiment& s, double dt, std::size_t law, MoodLaw& out) {
  const double x = 0.5 * s.decay * dt, gap = x < 1e-3 ? x * x * x / 3 : x - scalar::tanh(x);
  const double rho = s.correlation, decay = scalar::exp(-s.decay * dt);
  const double on_price = rho * std::sqrt(1 - gap / x), own = std::sqrt(1 - on_price * on_price);
  const double bridge_on_price = rho * std::sqrt(gap / x);
  const double bridge_on_own = own > 0 ? -on_price * bridge_on_price / own : 0;
  out.decay[law] = decay;
  out.spread[law] = std::sqrt(1 - decay * decay);
  out.on_price[law] = on_price;
  out.own[law] = own;
  out.ends[law] = scalar::tanh(x) / s.decay;
  out.bridge[law] = 2 / s.decay * std::sqrt(gap);
  out.bridge_on_price[law] = bridge_on_price;
  out.bridge_on_own[law] = bridge_on_own;
  out.bridge_own[law] =
      std::sqrt(std::max(0.0, 1 - bridge_on_price * bridge_on_price - bridge_on_own * bridge_on_own));
}

/// The drift gets the integral of the mood over the step; the volatility goes by the mood at its start. A
/// constant variance is the mood's; a stochastic one returns to a level that the mood moves: that of the mean
/// of both ends of the step.
class Mood final : public Part<Sentiment> {
 public:
  Mood(const Scenario& scenario, std::size_t asset)
      : Part(laws_of(scenario, asset, &AssetRegime::sentiment)), asset_(asset) {}

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Factor factor = Factor::asset(asset_);
    BlockAsset& asset = block.assets[asset_];
    const MoodLanes lanes{&asset.shock,
                          &noise.normals(Purpose::mood, factor, move.step),
                          &noise.normals(Purpose::mood_path, factor, move.step),
                          &mood_,
                          &asset.state.log_spot,
                          &asset.state.variance};
    part_kernels().mood(law_, laws(), block.regime, lanes);
  }

 private:
  void begin(std::size_t lane, const Sentiment& s, std::uint32_t, BlockState&, const NoiseCache&) override {
    mood_[lane] = s.initial;
  }

  /// A constant variance is the mood's from now on.
  void settle(std::size_t lane, const Sentiment& s, BlockState& block) override {
    const models::Dynamics& dynamics = block.of(asset_, lane).dynamics;
    if (s.volatility == 0 || models::has_stochastic_variance(dynamics)) return;
    block.assets[asset_].state.variance[lane] =
        models::initial_variance(dynamics) * scalar::exp(-2 * s.volatility * mood_[lane]);
  }

  void prepare(const Scenario& scenario, double dt) override {
    law_.decay[0] = 1;
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      const AssetRegime& regime = scenario.regimes[r].assets[asset_];
      if (!regime.sentiment) continue;
      const Sentiment& s = *regime.sentiment;
      set_step(s, dt, law_of(r), law_);
      law_.drift[r] = s.drift;
      law_.exponent[r] = -2 * s.volatility;
      const models::HestonParams* heston = models::heston_of(regime.dynamics);
      if (s.volatility == 0) continue;
      if (heston == nullptr) law_.constant[r] = models::initial_variance(regime.dynamics);
      else law_.pull[r] = -scalar::expm1(-heston->mean_reversion * dt) * heston->long_run_variance;
    }
  }

  std::size_t asset_;
  MoodLaw law_{};
  Lanes mood_{};
};

}  // namespace

std::unique_ptr<Component> make_sentiment(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<Mood>(scenario, asset);
}

}  // namespace unhedged::world
