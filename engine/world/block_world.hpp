#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/world/components.hpp"
#include "engine/world/crowd.hpp"
#include "engine/world/scenario_engine.hpp"
#include "engine/world/triggers.hpp"
#include "engine/world/views.hpp"

namespace unhedged::world {

/// The world on one block of paths. Use: start, then observe / absorb / step in turn, observe at the
/// horizon.
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

  /// Lets what was filled at this grid time move the price of an asset. To be told at every grid time, of nothing
  /// as well: triggers count it. Does nothing without feedback.
  /// shapes  units: [lanes], signed
  void absorb(std::size_t asset, const Lanes& units);

  /// Moves from grid time `step` to the next.
  void step(std::uint32_t step, NoiseCache& noise);

  /// What desks are shown; stale venues may hold prices back.
  const market::QuoteBoard& shown() const { return views_.shown(); }
  /// Quotes of an asset as they are.
  const market::AssetQuotes& quotes(std::size_t asset) const { return views_.quotes(asset); }
  const market::Tape& tape(market::TradableId tradable) const { return views_.tape(tradable); }
  /// Which paths trade.
  const market::TradingMask& trading() const { return views_.trading(); }
  const LaneIndex& regimes() const { return state_.regime; }
  /// 1 where feedback has run away; null without feedback.
  const LaneIndex* exploded() const { return crowd_ ? &crowd_->exploded() : nullptr; }

 private:
  bool change_regimes(std::uint32_t step, NoiseCache& noise);
  bool may_fire(const Transition& transition, std::uint32_t step) const;
  bool fires(std::size_t transition, std::size_t lane, std::uint32_t step, NoiseCache& noise) const;
  void enter(std::size_t lane, std::size_t regime, std::uint32_t step, const NoiseCache& noise);
  void jump_into(std::size_t lane, std::size_t asset, std::uint32_t step, const NoiseCache& noise);
  void show_all_regimes();
  void show_components();
  void step_asset(std::size_t asset, std::uint32_t step, NoiseCache& noise);
  void move_as(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise,
               AssetState& state);
  const Lanes* price_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);
  void blend_correlation(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);
  const Lanes* variance_shock(std::size_t regime, std::size_t asset, std::uint32_t step, NoiseCache& noise);

  const ScenarioEngine* engine_;
  BlockState state_;
  ComponentList components_;
  TriggerMonitor triggers_;
  std::optional<Crowd> crowd_;
  Views views_;
  std::vector<Lanes> no_flow_;          // what triggers see of hedgers without feedback
  std::uint64_t present_ = 1;           // bit r: some lane is in regime r
  std::uint32_t open_steps_ = 0;        // of sessions, passed at the step that is looked at
  std::vector<std::size_t> due_;        // transitions that may fire at this step
  std::vector<const Lanes*> drivers_;
  Lanes shock_{}, variance_shock_{};
  const Lanes* last_shock_ = nullptr;
  AssetState before_{}, moved_{};
};

}  // namespace unhedged::world
