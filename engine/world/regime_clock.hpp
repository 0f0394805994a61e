#pragma once
#include <span>

#include "engine/world/component.hpp"
#include "engine/world/triggers.hpp"

namespace unhedged::world {

/// A path that has just changed its regime.
struct RegimeChange {
  std::uint16_t lane;
  std::uint8_t from;
};

/// Which regime each path of a block is in, since when, and which changes are due. Keeps regime, previous,
/// entered and entered_open of the BlockState.
class RegimeClock {
 public:
  explicit RegimeClock(const Scenario& scenario);

  /// Every path is in the regime of today.
  void start(BlockState& block);

  /// Triggers begin to watch what can be seen today.
  void watch(const BlockState& block) { triggers_.start(block); }

  /// Lets the transitions happen that are due at a grid time after today's: of several on a path, the first
  /// in the list. Valid until the next call.
  std::span<const RegimeChange> advance(std::uint32_t step, BlockState& block, NoiseCache& noise);

  /// Triggers take up what the changes have made of the paths.
  void settle(std::span<const RegimeChange> changes, const BlockState& block);

  /// The world has moved. traded_share: [asset] share of the daily volume that hedgers traded at the start of
  /// the step.
  void move(const Move& move, const BlockState& block, const std::vector<Lanes>& traded_share) {
    triggers_.move(move, block, traded_share);
  }

  bool has_triggers() const { return triggers_.any(); }
  /// Bit r: some path is in regime r.
  std::uint64_t present() const { return present_; }

 private:
  /// A transition that may happen at a grid time, and the uniforms that decide, where it is random.
  struct Due {
    std::size_t index;
    const Lanes* uniform;
    double chance;
  };

  bool may_fire(const Transition& transition, std::uint32_t step) const;
  Due due(std::size_t index, std::uint32_t step, NoiseCache& noise) const;
  bool fires_anywhere(const Due& due, const BlockState& block) const;
  bool fires(const Due& due, std::size_t lane, const BlockState& block) const;
  void enter(std::size_t lane, std::size_t regime, std::uint32_t step, BlockState& block);
  void count_present(const BlockState& block);

  const Scenario* scenario_;
  TriggerMonitor triggers_;
  std::uint64_t present_ = 0;
  std::uint32_t open_steps_ = 0;  // of sessions, passed at the step that is looked at
  std::vector<Due> due_;
  std::vector<RegimeChange> changes_;
};

}  // namespace unhedged::world
