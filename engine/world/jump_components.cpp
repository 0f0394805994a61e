#include <algorithm>
#include <cmath>

#include "engine/math/scalar.hpp"
#include "engine/world/arrivals.hpp"
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
    for (std::size_t k = 0; k < events_.count; ++k) jump(events_.lane[k], first, move, block, noise);
  }

  void show(BlockState& block) override {
    part_kernels().add_line(kNone, variance_, block.regime, excess_, block.assets[asset_].jump_variance);
  }

 private:
  void jump(std::size_t lane, const Lanes& first, const Move& move, BlockState& block,
            const NoiseCache& noise) {
    const ExcitedLaw& law = *acting(lane, block);
    AssetState& state = block.assets[asset_].state;
    const EventDraws draw(noise, factor_, noise.paths().value[lane], move.step);
    const Arrivals seen = arrivals(
        law.law, move.dt, first[lane], excess_[lane],
        [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
        [&](double, double left) { block.withdraw_by_jump(asset_, lane, left); });
    state.log_spot[lane] -= law.compensator * seen.expected;
    if (seen.count == 0) return;
    const JumpSums sums = draw_sizes(law.jumps, seen.count, draw);
    state.log_spot[lane] += sums.log_spot;
    state.variance[lane] += sums.variance;
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
    for (std::size_t k = 0; k < events_.count; ++k) jump(events_.lane[k], first, move, block, noise);
  }

  void show(BlockState& block) override {
    for (std::size_t a = 0; a < block.assets.size(); ++a)
      part_kernels().add_line(kNone, variance_[a], block.regime, excess_, block.assets[a].jump_variance);
  }

 private:
  void jump(std::size_t lane, const Lanes& first, const Move& move, BlockState& block,
            const NoiseCache& noise) {
    const CommonLaw& stream = streams_[block.regime.value[lane]];
    const CommonExcitation* excited = acting(lane, block);
    if (excited == nullptr) excess_[lane] *= arrivals_.kept[laws().value[lane]];
    const EventDraws draw(noise, factor_, noise.paths().value[lane], move.step);
    double none = 0;
    const Arrivals seen = arrivals(
        excited != nullptr ? excited->law : SelfExciting{stream.jumps->rate, 0, 0}, move.dt, first[lane],
        excited != nullptr ? excess_[lane] : none,
        [&](unsigned k) { return draw.uniform(Purpose::arrival, k); },
        [&](double, double left) { withdraw(stream, left, lane, block); });
    hit(stream, seen, draw, lane, block);
  }

  void hit(const CommonLaw& law, const Arrivals& seen, const EventDraws& draw, std::size_t lane,
           BlockState& block) {
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
