#pragma once
#include <memory>
#include <span>
#include <vector>

#include "engine/core/parameter.hpp"
#include "engine/hedging/ledger.hpp"
#include "engine/market/quotes.hpp"
#include "engine/market/tradable.hpp"
#include "engine/pricing/greek.hpp"

/// What a desk wants to hold. Strategies see quotes, Greeks and their own positions, and nothing of the tape;
/// the checker of layers sees to that.
namespace unhedged::hedging {

/// Greeks of the book in one asset under the hedger's belief, on every path, as pricing/greek.hpp defines
/// them. Null: nobody needs it, or the asset is not hedged.
struct BookGreeks {
  const Lanes* of[std::size(pricing::kGreeks)] = {};

  const Lanes*& operator[](pricing::Greek greek) { return of[static_cast<std::size_t>(greek)]; }
  const Lanes* operator[](pricing::Greek greek) const { return of[static_cast<std::size_t>(greek)]; }
};

/// A position in one tradable that a strategy wants: factor * units.
struct Target {
  const Lanes* units = nullptr;
  double factor = 1;
};

/// All that a strategy decides by.
struct StrategyView {
  std::size_t step;
  const market::QuoteBoard& quotes;
  std::span<const BookGreeks> greeks;       ///< [asset]
  std::span<const market::Tradable> lines;  ///< what the hedger trades in
  const Ledger& ledger;                     ///< its positions, [line]
};

/// Maps what a desk sees to what it wants to hold. Immutable and shared by all blocks.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// The Greeks of the book that targets are made of; tables are prepared for these.
  virtual pricing::GreekSet needs() const = 0;

  /// Writes the target of every line.
  /// shapes  out: [line]; the lanes pointed to stay valid until the world moves
  virtual void target(const StrategyView& view, std::span<Target> out) const = 0;
};

using StrategyKind = KindOf<Strategy>;

/// The strategies: a file each in hedging/strategies, and a row each in strategies.cpp. The first is that of
/// hedgers which name none.
std::span<const StrategyKind* const> strategy_kinds();

}  // namespace unhedged::hedging
