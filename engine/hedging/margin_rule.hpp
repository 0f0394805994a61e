#pragma once
#include <span>

#include "engine/core/lanes.hpp"
#include "engine/hedging/ledger.hpp"
#include "engine/hedging/router.hpp"

namespace unhedged::hedging {

/// What an account holds at a grid time.
struct MarginedPositions {
  std::size_t step;
  std::span<const Line> lines;
  const Ledger& ledger;
  std::span<const Lanes* const> prices;  ///< [line]
  const Lanes& book_share;               ///< that has not been closed by force
};

/// What must be there, by a model that knows more than the value of the hedge; on one block of paths.
class MarginRule {
 public:
  virtual ~MarginRule() = default;
  /// Writes what must be there for positions to grow, and lest they be closed.
  virtual void ask(const MarginedPositions& held, Lanes& initial, Lanes& maintenance) = 0;
  /// Whether positions may grow only while the initial margin of what is held is there.
  virtual bool limits_orders() const = 0;
  virtual std::size_t lanes_held() const = 0;
};

}  // namespace unhedged::hedging
