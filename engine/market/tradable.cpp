#include "engine/market/tradable.hpp"

#include <algorithm>

namespace unhedged::market {

std::optional<TradableId> find(const std::vector<Tradable>& list, std::size_t asset, TradableKind kind) {
  const auto found =
      std::ranges::find_if(list, [&](const Tradable& one) { return one.asset == asset && one.kind == kind; });
  if (found == list.end()) return {};
  return static_cast<TradableId>(found - list.begin());
}

}  // namespace unhedged::market
