#include <algorithm>
#include <cmath>

#include "engine/world/arrivals.hpp"
#include "engine/world/components.hpp"
#include "engine/world/jump_sizes.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Excess intensity of one stream of jumps on every path, and how it starts and carries over.
class Excess {
 public:
  explicit Excess(std::uint32_t factor) : factor_(factor) {}

  double& operator[](std::size_t lane) { return value_[lane]; }

  /// Keeps what there is if the regime left excited these jumps too, else starts as stated.
  void enter(std::size_t lane, bool carries, const SelfExciting& law, bool stationary, std::uint32_t step,
             const NoiseCache& noise) {
    if (carries) return;
    if (!stationary) {
      value_[lane] = 0;
      return;
    }
    const std::uint64_t path = noise.paths().value[lane];
    const EventDraws draw(noise, factor_, path, step * 64u);
    value_[lane] = stationary_excess(law, [&](unsigned k) { return draw.uniform(Purpose::entry_state, k); });
  }

 private:
  std::uint32_t factor_;
  Lanes value_{};
};

/// A stream of jumps whose law is the regime's: how its excitation starts and carries over. A Law has the
/// members `law` and `stationary`.
template <class Law>
class Stream : public Component {
 public:
  explicit Stream(std::uint32_t factor) : excess_(factor) {}

  void start(BlockState& block, const NoiseCache& noise) final {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      excess_[lane] = 0;
      if (const auto& law = law_on(lane, block))
        excess_.enter(lane, false, law->law, law->stationary, 0, noise);
    }
  }

  void enter(std::size_t lane, std::size_t from, std::uint32_t step, BlockState& block,
             const NoiseCache& noise) final {
    if (const auto& law = law_on(lane, block))
      excess_.enter(lane, laws_[from].has_value(), law->law, law->stationary, step, noise);
    else
      excess_[lane] = 0;
  }

 protected:
  const std::optional<Law>& law_on(std::size_t lane, const BlockState& block) const {
    return laws_[block.regime.value[lane]];
  }

  std::vector<std::optional<Law>> laws_;  // [regime]
  Excess excess_;
};

/// What one regime does in a stream of self-exciting jumps of one asset.
struct ExcitedLaw {
  SelfExciting law;
  models::Jumps jumps;
  double compensator = 0, jump_variance_per_event = 0;
  bool stationary = true;
};

class ExcitedJumps final : public Stream<ExcitedLaw> {
 public:
  ExcitedJumps(const Scenario& scenario, std::size_t asset)
      : Stream(static_cast<std::uint32_t>(asset)), asset_(asset) {
    for (const Regime& regime : scenario.regimes) {
      auto& law = laws_.emplace_back();
      const AssetRegime& source = regime.assets[asset];
      if (!source.excitation) continue;
      const models::Jumps jumps = *models::jumps_of(source.dynamics);
      const double rate = models::rate_of(jumps);
      law = {self_exciting(rate, source.excitation), jumps, models::mean_relative_jump(jumps),
             rate > 0 ? models::variance_of(jumps) / rate : 0, source.excitation->stationary};
    }
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const auto factor = static_cast<std::uint32_t>(asset_);
    const Lanes& first = noise.uniforms(Purpose::jump_count, factor, move.step);
    AssetState& state = block.assets[asset_].state;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& law = law_on(lane, block);
      if (!law) continue;
      const EventDraws draw(noise, factor, noise.paths().value[lane], move.step);
      const Arrivals seen = arrivals(
          law->law, move.dt, first[lane], excess_[lane],
          [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
          [&](double, double left) { block.withdraw_by_jump(asset_, lane, left); });
      state.log_spot[lane] -= law->compensator * seen.expected;
      if (seen.count > 0) {
        const JumpSums sums = draw_sizes(law->jumps, seen.count, draw);
        state.log_spot[lane] += sums.log_spot;
        state.variance[lane] += sums.variance;
      }
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const auto& law = law_on(lane, block))
        block.assets[asset_].jump_variance[lane] += excess_[lane] * law->jump_variance_per_event;
  }

 private:
  std::size_t asset_;
};

/// What one regime does in a stream of common jumps.
struct CommonLaw {
  SelfExciting law;
  const CommonJumps* jumps = nullptr;
  bool stationary = true;
  std::vector<double> compensator;  // [asset]
};

class CommonStream final : public Stream<CommonLaw> {
 public:
  CommonStream(const Scenario& scenario, const std::string& name, std::size_t stream)
      : Stream(kFirstStream + static_cast<std::uint32_t>(stream)), stream_(static_cast<std::uint32_t>(stream)) {
    for (const Regime& regime : scenario.regimes) {
      auto& law = laws_.emplace_back();
      const auto found = std::ranges::find(regime.common_jumps, name, &CommonJumps::name);
      if (found == regime.common_jumps.end()) continue;
      law.emplace();
      law->law = self_exciting(found->rate, found->excitation);
      law->jumps = &*found;
      law->stationary = found->excitation && found->excitation->stationary;
      for (const double b : found->loading)
        law->compensator.push_back(std::expm1(b * found->mean + 0.5 * b * b * found->deviation * found->deviation));
    }
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::common_count, stream_, move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& law = law_on(lane, block);
      if (!law) continue;
      const EventDraws draw(noise, kFirstStream + stream_, noise.paths().value[lane], move.step);
      const Arrivals seen = arrivals(
          law->law, move.dt, first[lane], excess_[lane],
          [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
          [&](double, double left) { withdraw(*law, left, lane, block); });
      hit(*law, seen, draw, lane, block);
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto& law = law_on(lane, block);
      if (!law || law->law.branching <= 0) continue;
      for (std::size_t a = 0; a < block.assets.size(); ++a)
        block.assets[a].jump_variance[lane] += excess_[lane] * law->jumps->jump_variance(a) / law->jumps->rate;
    }
  }

 private:
  static constexpr std::uint32_t kFirstStream = 2048;  // assets have the numbers below

  void hit(const CommonLaw& law, const Arrivals& seen, const EventDraws& draw, std::size_t lane, BlockState& block) {
    double size = 0;
    if (seen.count > 0)
      size = seen.count * law.jumps->mean +
             std::sqrt(seen.count) * law.jumps->deviation * draw.normal(Purpose::common_size);
    for (std::size_t a = 0; a < block.assets.size(); ++a) {
      if (law.jumps->loading[a] == 0) continue;
      AssetState& state = block.assets[a].state;
      state.log_spot[lane] += law.jumps->loading[a] * size - law.compensator[a] * seen.expected;
    }
  }

  static void withdraw(const CommonLaw& law, double left, std::size_t lane, BlockState& block) {
    for (std::size_t a = 0; a < block.assets.size(); ++a)
      if (law.jumps->loading[a] != 0) block.withdraw_by_jump(a, lane, left);
  }

  std::uint32_t stream_;
};

}  // namespace

std::unique_ptr<Component> make_excited_jumps(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<ExcitedJumps>(scenario, asset);
}

std::unique_ptr<Component> make_common_jumps(const Scenario& scenario, const std::string& name, std::size_t stream) {
  return std::make_unique<CommonStream>(scenario, name, stream);
}

}  // namespace unhedged::world
