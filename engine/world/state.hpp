#pragma once
#include <vector>

#include "engine/core/lanes.hpp"
#include "engine/world/scenario.hpp"

/// What the world remembers of a block of paths.
namespace unhedged::world {

/// State of one asset on every path of a block.
struct AssetState {
  Lanes log_spot;  ///< log(spot / anchor)
  Lanes variance;  ///< instantaneous variance of the diffusion, per year
  Lanes
      jumps;  ///< plain jumps of the last step, whose times are anywhere in it, where somebody asks for them
  Lanes anchor;  ///< today's spot; for prices that may become negative, one the path has been at
};

/// What an event within a step leaves of the depth.
struct Withdrawal {
  std::uint32_t lane;
  std::uint32_t order;  ///< in which it was noted
  double left;          ///< time from the event to the end of the step
  double kept;          ///< share of the depth that stays
};

/// A contract on an asset.
struct ContractState {
  Lanes price;    ///< account currency
  Lanes funding;  ///< what who is long of it pays a year
};

struct BlockAsset {
  AssetState state;
  Lanes price;               ///< anchor * exp(log_spot) as shown last, where `keeps_price`
  bool keeps_price = false;  ///< whether anything but quotes goes by it
  Lanes jump_variance;       ///< variance a year that jumps add now, excitation included
  Lanes half_spread, inverse_volume, participation;
  Lanes shock;                           ///< driver of the price over the last step, where a mood asks for it
  Lanes quote_level;                     ///< variance the quotes go by, where they lag
  std::vector<ContractState> contracts;  ///< [market::TradableKind], of those that have a price of their own
  std::vector<Lanes> venue_up;           ///< [venue] 1 where it is up
  Lanes seen_spot, seen_log_spot;        ///< what the venues' quotes make of the price
  bool notes_withdrawals = false;        ///< whether the depth asks for them
  std::vector<Withdrawal> withdrawn;     ///< from the depth in the step, as noted
  bool notes_jumps = false;              ///< whether somebody asks for the next
  Lanes jumped;                          ///< 1 where a jump of any kind came in the last step
};

/// One block: regimes and assets. Components read all of it and write the parts they own.
struct BlockState {
  explicit BlockState(const Scenario& world);

  const AssetRegime& of(std::size_t asset, std::size_t lane) const {
    return scenario->regimes[regime.value[lane]].assets[asset];
  }
  double spot(std::size_t asset, std::size_t lane) const;
  /// Works out the prices that are kept.
  void show_prices();

  /// Something takes depth away at a time within the step.
  /// left: time from it to the end of the step; kept: share of the depth that stays.
  void withdraw(std::size_t asset, std::size_t lane, double left, double kept) {
    std::vector<Withdrawal>& all = assets[asset].withdrawn;
    if (!assets[asset].notes_withdrawals) return;
    all.push_back({static_cast<std::uint32_t>(lane), static_cast<std::uint32_t>(all.size()), left, kept});
  }
  /// A jump does, as much as the regime says. Every jump but plain ones is told of here.
  void withdraw_by_jump(std::size_t asset, std::size_t lane, double left) {
    if (assets[asset].notes_jumps) assets[asset].jumped[lane] = 1;
    if (!assets[asset].notes_withdrawals) return;
    const double share = of(asset, lane).liquidity.withdrawn_by_jump;
    if (share > 0) withdraw(asset, lane, left, 1 - share);
  }

  const Scenario* scenario;
  LaneIndex regime{};
  std::vector<std::uint8_t> previous;       // regime left last, [lane]
  std::vector<std::uint32_t> entered;       // step at which a lane entered its regime, [lane]
  std::vector<std::uint32_t> entered_open;  // the same in steps of sessions
  std::vector<BlockAsset> assets;
};

}  // namespace unhedged::world
