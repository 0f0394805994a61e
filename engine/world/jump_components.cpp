#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/arrivals.hpp"
#include "engine/world/components.hpp"
#include "engine/world/jump_sizes.hpp"
#include "engine/world/part.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

/// Jumps that excite each other: the state is the excess of their intensity. A Law has the members `law`,
/// `stationary` and `resets`.
template <class Law>
class ExcitedPart : public Part<Law> {
 protected:
  ExcitedPart(std::vector<std::optional<Law>> laws, Factor factor)
      : Part<Law>(std::move(laws)), factor_(factor) {}

  void begin(std::size_t lane, const Law& law, std::uint32_t step, BlockState&, const NoiseCache& noise) final {
    const EventDraws draw(noise, factor_, noise.paths().value[lane], step * kStepsOfEntry);
    excess_[lane] = law.stationary
                        ? stationary_excess(law.law, [&](unsigned k) { return draw.uniform(Purpose::entry_state, k); })
                        : 0;
  }

  /// Where the regime has no such jumps, what they left decays.
  void fade(std::size_t lane, double dt) {
    if (const Law* law = this->last(lane)) excess_[lane] = law->law.remaining(excess_[lane], dt);
  }

  Factor factor_;
  Lanes excess_{};
};

/// What one regime does in a stream of self-exciting jumps of one asset.
struct ExcitedLaw {
  SelfExciting law;
  models::Jumps jumps;
  double compensator = 0, jump_variance_per_event = 0;
  bool stationary = true, resets = false;
};

std::vector<std::optional<ExcitedLaw>> excited_laws(const Scenario& scenario, std::size_t asset) {
  std::vector<std::optional<ExcitedLaw>> out;
  for (const Regime& regime : scenario.regimes) {
    auto& law = out.emplace_back();
    const AssetRegime& source = regime.assets[asset];
    if (!source.excitation) continue;
    const models::Jumps jumps = *models::jumps_of(source.dynamics);
    const double rate = models::rate_of(jumps);
    law = {self_exciting(rate, source.excitation), jumps, models::mean_relative_jump(jumps),
           rate > 0 ? models::variance_of(jumps) / rate : 0, source.excitation->stationary, source.excitation->resets};
  }
  return out;
}

class ExcitedJumps final : public ExcitedPart<ExcitedLaw> {
 public:
  ExcitedJumps(const Scenario& scenario, std::size_t asset)
      : ExcitedPart(excited_laws(scenario, asset), Factor::asset(asset)), asset_(asset) {}

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::jump_count, factor_, move.step);
    AssetState& state = block.assets[asset_].state;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const ExcitedLaw* law = acting(lane, block);
      if (law == nullptr) {
        fade(lane, move.dt);
        continue;
      }
      const EventDraws draw(noise, factor_, noise.paths().value[lane], move.step);
      const Arrivals seen = arrivals(
          law->law, move.dt, first[lane], excess_[lane],
          [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
          [&](double, double left) { block.withdraw_by_jump(asset_, lane, left); });
      state.log_spot[lane] -= law->compensator * seen.expected;
      if (seen.count == 0) continue;
      const JumpSums sums = draw_sizes(law->jumps, seen.count, draw);
      state.log_spot[lane] += sums.log_spot;
      state.variance[lane] += sums.variance;
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      if (const ExcitedLaw* law = acting(lane, block))
        block.assets[asset_].jump_variance[lane] += excess_[lane] * law->jump_variance_per_event;
  }

 private:
  std::size_t asset_;
};

/// The excitation of one regime in a stream of common jumps.
struct CommonExcitation {
  SelfExciting law;
  bool stationary = true, resets = false;
};

/// The jumps of one regime in it, excited or not.
struct CommonLaw {
  const CommonJumps* jumps = nullptr;  ///< null: the regime has none
  std::vector<double> compensator;     // [asset]
};

const CommonJumps* find_common(const Regime& regime, const std::string& name) {
  const auto found = std::ranges::find(regime.common_jumps, name, &CommonJumps::name);
  return found == regime.common_jumps.end() ? nullptr : &*found;
}

std::vector<std::optional<CommonExcitation>> common_excitations(const Scenario& scenario, const std::string& name) {
  std::vector<std::optional<CommonExcitation>> out;
  for (const Regime& regime : scenario.regimes) {
    auto& law = out.emplace_back();
    const CommonJumps* jumps = find_common(regime, name);
    if (jumps != nullptr && jumps->excitation)
      law = {self_exciting(jumps->rate, jumps->excitation), jumps->excitation->stationary, jumps->excitation->resets};
  }
  return out;
}

class CommonStream final : public ExcitedPart<CommonExcitation> {
 public:
  CommonStream(const Scenario& scenario, const std::string& name, std::size_t stream)
      : ExcitedPart(common_excitations(scenario, name), Factor::common_jumps(stream)),
        stream_(stream) {
    for (const Regime& regime : scenario.regimes) {
      CommonLaw& law = streams_.emplace_back();
      law.jumps = find_common(regime, name);
      for (std::size_t a = 0; law.jumps != nullptr && a < law.jumps->loading.size(); ++a) {
        const double b = law.jumps->loading[a], deviation = law.jumps->deviation;
        law.compensator.push_back(scalar::expm1(b * law.jumps->mean + 0.5 * b * b * deviation * deviation));
      }
    }
  }

  void move(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::common_count, Factor::common_count(stream_), move.step);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const CommonLaw& stream = streams_[block.regime.value[lane]];
      const CommonExcitation* excited = acting(lane, block);
      if (excited == nullptr) fade(lane, move.dt);
      if (stream.jumps == nullptr) continue;
      const EventDraws draw(noise, factor_, noise.paths().value[lane], move.step);
      double none = 0;
      const Arrivals seen = arrivals(
          excited != nullptr ? excited->law : SelfExciting{stream.jumps->rate, 0, 0}, move.dt, first[lane],
          excited != nullptr ? excess_[lane] : none, [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
          [&](double, double left) { withdraw(stream, left, lane, block); });
      hit(stream, seen, draw, lane, block);
    }
  }

  void show(BlockState& block) override {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (acting(lane, block) == nullptr) continue;
      const CommonJumps& jumps = *streams_[block.regime.value[lane]].jumps;
      for (std::size_t a = 0; a < block.assets.size(); ++a)
        block.assets[a].jump_variance[lane] += excess_[lane] * jumps.jump_variance(a) / jumps.rate;
    }
  }

 private:
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

  std::size_t stream_;
  std::vector<CommonLaw> streams_;  // [regime]
};

}  // namespace

std::unique_ptr<Component> make_excited_jumps(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<ExcitedJumps>(scenario, asset);
}

std::unique_ptr<Component> make_common_jumps(const Scenario& scenario, const std::string& name, std::size_t stream) {
  return std::make_unique<CommonStream>(scenario, name, stream);
}

}  // namespace unhedged::world
