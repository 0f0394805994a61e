#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/simulation/attribution_kernels.hpp"
#include "engine/simulation/buckets.hpp"
#include "engine/simulation/floor.hpp"
#include "engine/simulation/held_book.hpp"

namespace unhedged::simulation {

struct AssetTrack;
struct DeskTrack;
struct MultiAssetTrack;

/// Takes apart what all hedgers of a floor on which nobody moves the price make on the paths of a block.
/// docs/methods/attribution.md
class Attribution final : public Sink {
 public:
  Attribution(const PreparedRun& run, std::size_t scenario);
  ~Attribution() override;
  Attribution(const Attribution&) = delete;
  Attribution& operator=(const Attribution&) = delete;

  /// Of grid times in turn, today's first.
  void at(const Floor& floor, std::uint32_t step) override;

  /// After the horizon: all of a hedger's P&L in an asset but what feedback took, in account currency of the
  /// horizon. shapes  out: [bucket]
  void explain(const Floor& floor, std::size_t hedger, std::size_t asset, std::span<Lanes> out) const;

  /// After the horizon: what the positions of a group make by themselves, in account currency of then.
  const Lanes& group_pnl(std::size_t group) const { return groups_[group].pnl(); }
  std::size_t groups() const { return groups_.size(); }

  std::size_t scenario() const { return scenario_; }

 private:
  void explain_step(const Floor& floor, std::size_t asset, std::uint32_t step);
  /// A step of an asset, and whether its quotes are those of before.
  struct AssetStep {
    std::size_t asset;
    std::uint32_t step;
    bool still;
  };
  void explain_extras(const Floor& floor, const AssetStep& now, Lanes& rest);
  void hand_over(const Floor& floor, std::size_t asset, double growth, Lanes& rest) const;
  void explain_margin(const Floor& floor, std::size_t asset, std::uint32_t step, Lanes& rest);
  void explain_contracts(const Floor& floor, const AssetStep& at, Lanes& rest);
  void note_events(const Floor& floor, std::uint32_t step);
  bool revalue(const Floor& floor, std::size_t asset, std::uint32_t step);
  void remember(const Floor& floor, std::size_t asset, std::uint32_t step);
  void remember_extras(const Floor& floor, std::size_t asset, std::uint32_t step);
  void remember_multi_asset(const Floor& floor, std::size_t option, std::size_t asset, std::uint32_t step);
  void begin_desk(const Floor& floor, std::size_t hedger, std::size_t asset);
  void explain_desk(const Floor& floor, std::size_t hedger, std::uint32_t step);
  bool find_gap(const Floor& floor, std::size_t hedger, std::size_t asset, std::uint32_t step);
  void expose_desk(const Floor& floor, std::size_t hedger, std::uint32_t step);

  const PreparedRun* run_;
  std::size_t scenario_;
  bool has_events_;  // jumps, changes of regime or early exercise may come
  std::vector<std::unique_ptr<AssetTrack>> assets_;
  std::vector<std::vector<std::unique_ptr<DeskTrack>>> desks_;  // [hedger][asset]
  std::vector<std::unique_ptr<MultiAssetTrack>> multi_assets_;
  std::vector<HeldBook> groups_;
  LaneIndex regimes_{};
  Lanes entered_{}, ended_{}, ended_now_{};  // where another regime is; units ended early, and where now
  Lanes waited_, moved_, waited_anew_, netted_, rest_, held_, pending_;
};

}  // namespace unhedged::simulation
