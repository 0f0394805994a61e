#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/world/crowd.hpp"
#include "engine/world/movers.hpp"
#include "engine/world/regime_clock.hpp"
#include "engine/world/scenario_engine.hpp"
#include "engine/world/views.hpp"

namespace unhedged::world {

/// The world on one block of paths: a clock of regimes, what moves the block, a crowd that reacts, and what
/// can be seen. Use: start, then observe / absorb / step in turn, observe at the horizon.
class BlockWorld {
 public:
  /// `feedback`: the crowd whose orders move the prices, if any.
  explicit BlockWorld(const ScenarioEngine& engine, const std::optional<Feedback>& feedback = {});
  BlockWorld(const BlockWorld&) = delete;  // the views point into it
  BlockWorld& operator=(const BlockWorld&) = delete;

  /// Puts every path at today's market.
  void start(const NoiseCache& noise);

  /// Changes regimes that are due at `step` and shows what can be seen then.
  void observe(std::uint32_t step, NoiseCache& noise);

  /// The same in two parts, for callers that go through the assets one by one while they are in the cache:
  /// first everything but the prices, then the price of each asset.
  void observe_all_but_prices(std::uint32_t step, NoiseCache& noise);
  void observe_price(std::size_t asset);

  /// Lets what was filled at this grid time move the price of an asset. To be told at every grid time, of
  /// nothing as well: triggers count it. Does nothing without feedback. shapes  units: [lanes], signed
  void absorb(std::size_t asset, const Lanes& units);

  /// Moves from grid time `step` to the next.
  void step(std::uint32_t step, NoiseCache& noise);

  /// Adds the length of a step to the time in the regime that each path is in. shapes  [regime]
  void add_time(std::uint32_t step, std::vector<Lanes>& time_in_regime) const;

  /// What desks are shown; stale venues may hold prices back.
  const market::QuoteBoard& shown() const { return views_.shown(); }
  /// Quotes of an asset as they are.
  const market::AssetQuotes& quotes(std::size_t asset) const { return views_.quotes(asset); }
  const market::Tape& tape(market::TradableId tradable) const { return views_.tape(tradable); }
  /// Which paths trade.
  const market::TradingMask& trading() const { return views_.trading(); }
  const LaneIndex& regimes() const { return state_.regime; }
  /// From now on jumps are noted: 1 where one came in the last step, of any kind, but not by entering a
  /// regime.
  void note_jumps();
  const Lanes& jumped(std::size_t asset) const { return state_.assets[asset].jumped; }
  /// 1 where feedback has run away; null without feedback.
  const LaneIndex* exploded() const { return crowd_ ? &crowd_->exploded() : nullptr; }

 private:
  bool change_regimes(std::uint32_t step, NoiseCache& noise);

  const ScenarioEngine* engine_;
  BlockState state_;
  RegimeClock clock_;
  Movers movers_;
  std::optional<Crowd> crowd_;
  Views views_;
  bool shown_ = false;                 // what comes and goes has been shown as it is now
  bool prices_move_on_;                // something but the diffusions moves prices
  std::vector<Lanes> nothing_traded_;  // what triggers see of hedgers without feedback
};

}  // namespace unhedged::world
