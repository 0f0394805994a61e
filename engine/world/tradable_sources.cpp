#include "engine/world/tradable_sources.hpp"

#include <algorithm>
#include <string>

#include "engine/core/errors.hpp"
#include "engine/core/parameter.hpp"
#include "engine/world/component.hpp"

namespace unhedged::world {

/// An asset itself.
static constinit const TradableRow kSpot{"spot", "", false, [](const AssetToday&) { return true; }, nullptr};

static constinit const TradableRow* const kTable[] = {
    &kSpot,
    UNHEDGED_ROW(TradableRow, kPerpetual),
};

std::span<const TradableRow* const> tradable_rows() { return kTable; }

market::TradableKind tradable_kind(std::string_view name) {
  for (market::TradableKind kind = 0; kind < std::size(kTable); ++kind)
    if (kTable[kind]->name == name) return kind;
  throw ContractViolation("no tradable " + std::string(name));
}

std::size_t contract_count(const AssetToday& asset) {
  return static_cast<std::size_t>(std::ranges::count_if(
      kTable, [&](const TradableRow* row) { return row->make != nullptr && row->exists(asset); }));
}

std::vector<market::Tradable> tradables(std::span<const AssetToday> today) {
  std::vector<market::Tradable> list;
  for (market::TradableKind kind = 0; kind < std::size(kTable); ++kind)
    for (std::size_t a = 0; a < today.size(); ++a)
      if (kTable[kind]->exists(today[a])) list.push_back({a, kind, kTable[kind]->on_margin});
  return list;
}

const Lanes* TradableSource::price(const BlockAsset& state, const Lanes* spot) const {
  return kTable[kind_]->make != nullptr ? &state.contracts[kind_].price : spot;
}

}  // namespace unhedged::world
