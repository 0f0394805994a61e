#pragma once
#include "engine/world/component.hpp"

namespace unhedged::world {

/// Watches what the triggers of a scenario wait for, on every path of a block.
class TriggerMonitor {
 public:
  explicit TriggerMonitor(const Scenario& scenario);

  bool any() const { return !watches_.empty(); }
  void start(const BlockState& block);
  void enter(std::size_t lane, const BlockState& block);

  /// After the world has moved. traded_share: [asset] share of the daily volume the hedgers traded in the
  /// step.
  void move(const Move& move, const BlockState& block, const std::vector<Lanes>& traded_share);

  bool fires(std::size_t transition, std::size_t lane) const;
  /// Whether it does on any path of a regime.
  bool fires_anywhere(std::size_t transition, std::uint8_t in, const LaneIndex& regime) const;

 private:
  struct Watch {
    Trigger trigger;
    Lanes value, extreme, last;  // what is compared; highest or lowest price; price of the step before
  };

  void update(Watch& watch, const Move& move, const BlockState& block,
              const std::vector<Lanes>& traded_share);
  void begin(Watch& watch, std::size_t lane, const BlockState& block, bool from_today);

  std::vector<Watch> watches_;
  std::vector<std::size_t> watch_of_;  // [transition]
};

}  // namespace unhedged::world
