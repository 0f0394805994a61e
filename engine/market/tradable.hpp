#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace unhedged::market {

/// Number of a tradable in the one list of a run.
using TradableId = std::uint32_t;

/// What it is: a row of the table of world/tradable_sources.cpp. 0 is an asset itself.
using TradableKind = std::uint32_t;

/// Something that can be bought and sold: an asset itself or a contract on it.
struct Tradable {
  std::size_t asset = 0;  ///< whose price it goes by
  TradableKind kind = 0;
  bool on_margin = false;  ///< nothing is paid for it: moves are settled on a margin account, funding is paid
  bool is_option = false;  ///< an option that the desk rolls, which is no kind of the table

  bool operator==(const Tradable&) const = default;
};

/// Number of the tradable of a kind on an asset, if there is one.
std::optional<TradableId> find(const std::vector<Tradable>& list, std::size_t asset, TradableKind kind);

}  // namespace unhedged::market
