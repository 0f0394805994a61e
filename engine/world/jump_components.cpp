#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/arrival_walk.hpp"
#include "engine/world/components.hpp"
#include "engine/world/event_draws.hpp"
#include "engine/world/event_kernels.hpp"
#include "engine/world/jump_sizes.hpp"
#include "engine/world/part.hpp"
#include "engine/world/part_kernels.hpp"

namespace unhedged::world {
namespace {

using random::Purpose;

constexpr RegimeTable kNone{};

/// Jumps that excite each other: the state is the excess of their intensity. A Law has the members `law`,
/// `stationary` and `resets`.
template <class Law>
class ExcitedPart : public Part<Law> {
 protected:
  ExcitedPart(std::vector<std::optional<Law>> laws, Factor factor)
      : Part<Law>(std::move(laws)), factor_(factor) {
    arrivals_.kept[0] = 1;
  }

  void begin(std::size_t lane, const Law& law, std::uint32_t step, BlockState&,
             const NoiseCache& noise) final {
    const EventDraws draw(noise, factor_, noise.paths().value[lane], step * kStepsOfEntry);
    excess_[lane] =
        law.stationary
            ? stationary_excess(law.law, [&](unsigned k) { return draw.uniform(Purpose::entry_state, k); })
            : 0;
  }

  void begin_all(const Law& law, BlockState&, const NoiseCache& noise) final {
    excess_.fill(0.0);
    if (!law.stationary || law.law.past() == 0) return;
    const ListDraws draw(noise, factor_, 0);
    Lanes first;
    draw.uniforms(Purpose::entry_state, 0, noise.paths(), kLanes, first);
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      walk_.add(lane, noise.paths().value[lane], law.law, law.law.past(), first[lane], law.law.mean_excess());
    walk_.run(
        {draw, Purpose::entry_state, 1}, [](std::size_t, double) {},
        [this](std::size_t lane, const Arrivals&, double excess) { excess_[lane] = excess; });
  }

  /// Makes the tables for steps of dt. Where a regime has no such jumps, what they left decays.
  void prepare(const Scenario&, double dt) override {
    for (std::size_t r = 0; r < this->regimes(); ++r)
      if (const Law* law = this->law(r)) tabulate(law->law, dt, r, this->law_of(r), arrivals_);
  }

  /// Finds the lanes with jumps; on the others the step is done.
  void await(const Lanes& first, const BlockState& block) {
    event_kernels().await(arrivals_, block.regime, first, excess_, events_);
    event_kernels().fade(arrivals_.kept, this->laws(), events_.any, excess_);
  }

  Factor factor_;
  ArrivalLaw arrivals_{};
  Events events_{};
  Lanes excess_{};
  ArrivalWalk walk_;
  JumpedLanes jumped_{};
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
    law = {self_exciting(rate, source.excitation), jumps,
           models::mean_relative_jump(jumps),      rate > 0 ? models::variance_of(jumps) / rate : 0,
           source.excitation->stationary,          source.excitation->resets};
  }
  return out;
}

class ExcitedJumps final : public ExcitedPart<ExcitedLaw> {
 public:
  ExcitedJumps(const Scenario& scenario, std::size_t asset)
      : ExcitedPart(excited_laws(scenario, asset), Factor::asset(asset)), asset_(asset) {
    for (std::size_t r = 0; r < regimes(); ++r) {
      if (const ExcitedLaw* of = law(r)) {
        paid_[r] = -of->compensator;
        variance_[r] = of->jump_variance_per_event;
      }
    }
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::jump_count, factor_, move.step);
    await(first, block);
    part_kernels().add_line(kNone, paid_, block.regime, events_.expected,
                            block.assets[asset_].state.log_spot);
    if (events_.count > 0) jump(first, move, block, noise);
  }

  void show(BlockState& block) override {
    part_kernels().add_line(kNone, variance_, block.regime, excess_, block.assets[asset_].jump_variance);
  }

 private:
  void jump(const Lanes& first, const Move& move, BlockState& block, const NoiseCache& noise) {
    AssetState& state = block.assets[asset_].state;
    for (std::size_t k = 0; k < events_.count; ++k) {
      const std::size_t lane = events_.lane[k];
      walk_.add(lane, noise.paths().value[lane], acting(lane, block)->law, move.dt, first[lane],
                excess_[lane]);
    }
    jumped_.count = 0;
    walk_.run(
        {ListDraws(noise, factor_, move.step), Purpose::arrival},
        [&](std::size_t lane, double left) { block.withdraw_by_jump(asset_, lane, left); },
        [&](std::size_t lane, const Arrivals& seen, double excess) {
          excess_[lane] = excess;
          state.log_spot[lane] -= acting(lane, block)->compensator * seen.expected;
          if (seen.count > 0) jumped_.add(lane, noise.paths().value[lane], seen.count);
        });
    add_sizes(move.step, block, noise);
  }

  void add_sizes(std::uint32_t step, BlockState& block, const NoiseCache& noise) {
    AssetState& state = block.assets[asset_].state;
    ListDraws(noise, factor_, step)
        .normals(Purpose::jump_size, 0, jumped_.path, jumped_.count, jumped_.normal);
    for (std::size_t k = 0; k < jumped_.count; ++k) {
      const std::size_t lane = jumped_.lane[k];
      const EventDraws draw(noise, factor_, jumped_.path.value[k], step);
      const JumpSums sums = draw_sizes(acting(lane, block)->jumps, jumped_.jumps[k], draw, jumped_.normal[k]);
      state.log_spot[lane] += sums.log_spot;
      state.variance[lane] += sums.variance;
    }
  }

  std::size_t asset_;
  RegimeTable paid_{}, variance_{};  // on expected jumps; a year, for each unit of excess
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

std::vector<std::optional<CommonExcitation>> common_excitations(const Scenario& scenario,
                                                                const std::string& name) {
  std::vector<std::optional<CommonExcitation>> out;
  for (const Regime& regime : scenario.regimes) {
    auto& law = out.emplace_back();
    const CommonJumps* jumps = find_common(regime, name);
    if (jumps != nullptr && jumps->excitation)
      law = {self_exciting(jumps->rate, jumps->excitation), jumps->excitation->stationary,
             jumps->excitation->resets};
  }
  return out;
}

class CommonStream final : public ExcitedPart<CommonExcitation> {
 public:
  CommonStream(const Scenario& scenario, const std::string& name, std::size_t stream)
      : ExcitedPart(common_excitations(scenario, name), Factor::common_jumps(stream)),
        stream_(stream),
        paid_(scenario.today.size()),
        variance_(scenario.today.size()) {
    for (std::size_t r = 0; r < scenario.regimes.size(); ++r) {
      CommonLaw& law = streams_.emplace_back();
      law.jumps = find_common(scenario.regimes[r], name);
      for (std::size_t a = 0; law.jumps != nullptr && a < law.jumps->loading.size(); ++a) {
        const double b = law.jumps->loading[a], deviation = law.jumps->deviation;
        law.compensator.push_back(scalar::expm1(b * law.jumps->mean + 0.5 * b * b * deviation * deviation));
        paid_[a][r] = -law.compensator[a];
        if (this->law(r) != nullptr) variance_[a][r] = law.jumps->jump_variance(a) / law.jumps->rate;
      }
    }
  }

  void prepare(const Scenario& scenario, double dt) override {
    ExcitedPart::prepare(scenario, dt);
    for (std::size_t r = 0; r < streams_.size(); ++r)  // of streams that do not excite each other, too
      if (streams_[r].jumps != nullptr) arrivals_.base[r] = streams_[r].jumps->rate * dt;
  }

  void advance(const Move& move, BlockState& block, NoiseCache& noise) override {
    const Lanes& first = noise.uniforms(Purpose::common_count, Factor::common_count(stream_), move.step);
    await(first, block);
    for (std::size_t a = 0; a < block.assets.size(); ++a)
      part_kernels().add_line(kNone, paid_[a], block.regime, events_.expected,
                              block.assets[a].state.log_spot);
    if (events_.count > 0) jump(first, move, block, noise);
  }

  void show(BlockState& block) override {
    for (std::size_t a = 0; a < block.assets.size(); ++a)
      part_kernels().add_line(kNone, variance_[a], block.regime, excess_, block.assets[a].jump_variance);
  }

 private:
  void jump(const Lanes& first, const Move& move, BlockState& block, const NoiseCache& noise) {
    for (std::size_t k = 0; k < events_.count; ++k) {
      const std::size_t lane = events_.lane[k];
      const CommonExcitation* excited = acting(lane, block);
      if (excited == nullptr) excess_[lane] *= arrivals_.kept[laws().value[lane]];
      walk_.add(lane, noise.paths().value[lane],
                excited != nullptr ? excited->law : SelfExciting{stream_of(lane, block).jumps->rate, 0, 0},
                move.dt, first[lane], excited != nullptr ? excess_[lane] : 0);
    }
    jumped_.count = 0;
    walk_.run(
        {ListDraws(noise, factor_, move.step), Purpose::arrival},
        [&](std::size_t lane, double left) { withdraw(stream_of(lane, block), left, lane, block); },
        [&](std::size_t lane, const Arrivals& seen, double excess) {
          if (acting(lane, block) != nullptr) excess_[lane] = excess;
          events_.expected[lane] = seen.expected;
          jumped_.add(lane, noise.paths().value[lane], seen.count);
        });
    hit(move.step, block, noise);
  }

  /// Every asset takes its share of what the jumps of a path add up to.
  void hit(std::uint32_t step, BlockState& block, const NoiseCache& noise) {
    ListDraws(noise, factor_, step)
        .normals(Purpose::common_size, 0, jumped_.path, jumped_.count, jumped_.normal);
    for (std::size_t k = 0; k < jumped_.count; ++k) {
      const std::size_t lane = jumped_.lane[k];
      const CommonJumps& jumps = *stream_of(lane, block).jumps;
      const auto count = static_cast<double>(jumped_.jumps[k]);
      const double size = count * jumps.mean + std::sqrt(count) * jumps.deviation * jumped_.normal[k];
      for (std::size_t a = 0; a < block.assets.size(); ++a)
        if (jumps.loading[a] != 0)
          block.assets[a].state.log_spot[lane] +=
              jumps.loading[a] * size - stream_of(lane, block).compensator[a] * events_.expected[lane];
    }
  }

  const CommonLaw& stream_of(std::size_t lane, const BlockState& block) const {
    return streams_[block.regime.value[lane]];
  }

  static void withdraw(const CommonLaw& law, double left, std::size_t lane, BlockState& block) {
    for (std::size_t a = 0; a < block.assets.size(); ++a)
      if (law.jumps->loading[a] != 0) block.withdraw_by_jump(a, lane, left);
  }

  std::size_t stream_;
  std::vector<CommonLaw> streams_;            // [regime]
  std::vector<RegimeTable> paid_, variance_;  // [asset], as of ExcitedJumps
};

}  // namespace

std::unique_ptr<Component> make_excited_jumps(const Scenario& scenario, std::size_t asset) {
  return std::make_unique<ExcitedJumps>(scenario, asset);
}

std::unique_ptr<Component> make_common_jumps(const Scenario& scenario, const std::string& name,
                                             std::size_t stream) {
  return std::make_unique<CommonStream>(scenario, name, stream);
}

}  // namespace unhedged::world
