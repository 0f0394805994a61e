#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace unhedged::market {

/// Number of a tradable in the one list of a run.
using TradableId = std::uint32_t;

/// Something that can be bought and sold: an asset itself or a contract on it.
struct Tradable {
  enum class Kind { spot, perpetual };

  std::size_t asset = 0;  ///< whose price it goes by
  Kind kind = Kind::spot;

  /// Whether nothing is paid for it: its moves are settled on a margin account, and funding is paid on it.
  bool on_margin() const { return kind == Kind::perpetual; }
  bool operator==(const Tradable&) const = default;
};

/// Number of the tradable of a kind on an asset, if there is one.
std::optional<TradableId> find(const std::vector<Tradable>& list, std::size_t asset, Tradable::Kind kind);

}  // namespace unhedged::market
