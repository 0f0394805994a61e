#pragma once
#include <optional>

#include "engine/world/component.hpp"

/// What a regime may or may not state: how its state starts, carries over and starts anew.
namespace unhedged::world {

/// A part of the world whose law each regime states or leaves out. Its state begins where it is first stated
/// on a path and carries over every transition from then on. While a regime leaves the part out it does
/// nothing to the market, but its state goes on with the law last stated; where a law `resets`, entering its
/// regime begins anew. docs/methods/regimes.md is the rule. A Law has a member `resets`.
template <class Law>
class Part : public Component {
 public:
  void start(BlockState& block, const NoiseCache& noise) final {
    last_ = {};
    const Law* law = acting(0, block);  // every path is in the regime of today
    if (law == nullptr) return;
    for (std::uint8_t& last : last_.value) last = static_cast<std::uint8_t>(law_of(block.regime.value[0]));
    begin_all(*law, block, noise);
    for (std::size_t lane = 0; lane < kLanes; ++lane) settle(lane, *law, block);
  }

  void enter(std::size_t lane, std::size_t, std::uint32_t step, BlockState& block,
             const NoiseCache& noise) final {
    take_up(lane, step, block, noise);
  }

  bool moves_prices() const final { return true; }

 protected:
  /// One for each regime, or none where it leaves the part out.
  explicit Part(std::vector<std::optional<Law>> laws) : laws_(std::move(laws)) {}

  /// The law of a lane's regime; null: it states none.
  const Law* acting(std::size_t lane, const BlockState& block) const { return law(block.regime.value[lane]); }
  /// What a regime states.
  const Law* law(std::size_t regime) const {
    const auto& law = laws_[regime];
    return law ? &*law : nullptr;
  }
  std::size_t regimes() const { return laws_.size(); }

  /// The law that the state of each lane goes by: law_of(regime), or 0 where none was ever stated.
  const LaneIndex& laws() const { return last_; }
  static constexpr std::size_t law_of(std::size_t regime) { return 1 + regime; }

  /// Puts the state of a lane where a law starts.
  virtual void begin(std::size_t lane, const Law& law, std::uint32_t step, BlockState& block,
                     const NoiseCache& noise) = 0;
  /// The same for every lane of a block, today.
  virtual void begin_all(const Law& law, BlockState& block, const NoiseCache& noise) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) begin(lane, law, 0, block, noise);
  }
  /// A lane is now under a law, with a state that began or was carried in.
  virtual void settle(std::size_t, const Law&, BlockState&) {}

 private:
  void take_up(std::size_t lane, std::uint32_t step, BlockState& block, const NoiseCache& noise) {
    const Law* law = acting(lane, block);
    if (law == nullptr) return;
    const bool begins = last_.value[lane] == 0 || law->resets;
    last_.value[lane] = static_cast<std::uint8_t>(law_of(block.regime.value[lane]));
    if (begins) begin(lane, *law, step, block, noise);
    settle(lane, *law, block);
  }

  std::vector<std::optional<Law>> laws_;  // [regime]
  LaneIndex last_{};
};

/// What each regime states of one asset, under `member`.
template <class Law>
std::vector<std::optional<Law>> laws_of(const Scenario& scenario, std::size_t asset,
                                        std::optional<Law> AssetRegime::*member) {
  std::vector<std::optional<Law>> out;
  for (const Regime& regime : scenario.regimes) out.push_back(regime.assets[asset].*member);
  return out;
}

}  // namespace unhedged::world
