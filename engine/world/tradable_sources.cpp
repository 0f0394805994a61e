#include "engine/world/tradable_sources.hpp"

#include <algorithm>

namespace unhedged::world {
namespace {

using Kind = market::Tradable::Kind;

const Lanes kNoFunding{};

constexpr TradableSource kTable[] = {
    {Kind::spot, [](const AssetToday&) { return true; },
     [](const BlockAsset&, const Lanes* spot) { return spot; },
     [](const BlockAsset&) { return &kNoFunding; }},
    {Kind::perpetual, [](const AssetToday& asset) { return asset.has_perpetual; },
     [](const BlockAsset& state, const Lanes*) { return &state.perpetual; },
     [](const BlockAsset& state) { return &state.funding; }},
};

}  // namespace

const TradableSource& source_of(Kind kind) { return *std::ranges::find(kTable, kind, &TradableSource::kind); }

std::vector<market::Tradable> tradables(std::span<const AssetToday> today) {
  std::vector<market::Tradable> list;
  for (const TradableSource& source : kTable)
    for (std::size_t a = 0; a < today.size(); ++a)
      if (source.exists(today[a])) list.push_back({a, source.kind});
  return list;
}

}  // namespace unhedged::world
