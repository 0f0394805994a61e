#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/core/parameter.hpp"
#include "engine/hedging/ledger.hpp"
#include "engine/market/quotes.hpp"
#include "engine/market/tradable.hpp"
#include "engine/math/square_matrix.hpp"
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
  std::span<Lanes> memory{};                ///< the strategy's own: Strategy::memory of them
  std::span<const BookGreeks> options{};    ///< [line] of one unit, where that is an option
};

/// What a hedger is told once, before the first path: what it trades in, its book, and today's market.
struct StrategyTerms {
  TimeGrid grid;
  std::span<const market::Tradable> lines;
  std::span<const std::string> names;          ///< [asset]
  std::span<const double> volatility;          ///< [asset] today's quote at the money for a month
  std::span<const std::vector<double>> gross;  ///< [asset][step] sum of |quantity| of the living positions
  const math::SquareMatrix& correlation;       ///< [asset][asset] as the market states it today
};

/// Maps what a desk sees to what it wants to hold. Immutable and shared by all blocks: what it remembers of a
/// path is in the memory of the view.
class Strategy {
 public:
  virtual ~Strategy() = default;

  /// What a hedger of these terms cannot want; empty: nothing.
  virtual std::string objection(const StrategyTerms&) const { return ""; }
  /// The strategy made ready for a hedger of these terms, without which `target` is not called; null: it
  /// needs nothing of them. expects  no objection
  virtual std::shared_ptr<const Strategy> ready_for(const StrategyTerms&) const { return nullptr; }

  /// Whether it looks at all assets of the book, those that the hedger does not trade in included.
  virtual bool looks_at_all() const { return false; }
  /// Lanes that a desk keeps for it.
  virtual std::size_t memory(std::size_t /*lines*/, std::size_t /*assets*/) const { return 0; }
  /// Writes what it remembers before the first step; all are 0 before.
  virtual void start(std::span<Lanes> /*memory*/) const {}

  /// The Greeks of the book that targets are made of; tables are prepared for these.
  virtual pricing::GreekSet needs() const = 0;

  /// Writes the target of every line.
  /// shapes  out: [line]; the lanes pointed to stay valid until the world moves
  virtual void target(const StrategyView& view, std::span<Target> out) const = 0;

  /// The Greeks of hedge options that targets are made of; none: it trades in no options.
  virtual pricing::GreekSet needs_of_options() const { return {}; }
  bool trades_options() const { return !(needs_of_options() == pricing::GreekSet{}); }
  /// Writes the targets of the other lines once it is known what will be held of the options, whose lines
  /// come last. shapes  held: [option line], units
  virtual void complete(const StrategyView& /*view*/, std::span<const Lanes> /*held*/,
                        std::span<Target> /*out*/) const {}
};

using StrategyKind = KindOf<Strategy>;

/// The strategies: a file each in hedging/strategies, and a row each in strategies.cpp. The first is that of
/// hedgers which name none.
std::span<const StrategyKind* const> strategy_kinds();

}  // namespace unhedged::hedging
