#include "engine/market/tradable.hpp"

#include <algorithm>

namespace unhedged::market {

std::vector<Tradable> tradables(const std::vector<bool>& has_perpetual) {
  std::vector<Tradable> list;
  for (std::size_t a = 0; a < has_perpetual.size(); ++a) list.push_back({a, Tradable::Kind::spot});
  for (std::size_t a = 0; a < has_perpetual.size(); ++a)
    if (has_perpetual[a]) list.push_back({a, Tradable::Kind::perpetual});
  return list;
}

std::optional<TradableId> find(const std::vector<Tradable>& list, std::size_t asset, Tradable::Kind kind) {
  const auto found = std::ranges::find(list, Tradable{asset, kind});
  if (found == list.end()) return {};
  return static_cast<TradableId>(found - list.begin());
}

}  // namespace unhedged::market
