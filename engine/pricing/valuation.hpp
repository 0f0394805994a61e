#pragma once
#include "engine/market/quotes.hpp"
#include "engine/pricing/belief.hpp"
#include "engine/pricing/model.hpp"
#include "engine/pricing/quoted_line.hpp"
#include "engine/pricing/table_settings.hpp"

namespace unhedged::pricing {

/// A book in one asset under a belief, at some times (steps). Shared by all blocks and by all who hold the
/// belief. Nothing is computed before `share`, `make` and `prepare`; evaluations without them are exact.
class Valuation {
 public:
  virtual ~Valuation() = default;

  virtual std::size_t steps() const = 0;

  /// Whether the reach of the market is needed to prepare.
  virtual bool needs_reach() const = 0;

  /// Decides what the preparation of all steps shares. `reach`: one per step, ignored unless needed.
  virtual void share(const std::vector<Reach>& reach) = 0;

  /// Makes a part of what is shared. Different parts may be made at once.
  virtual std::size_t parts() const = 0;
  virtual void make(std::size_t part) = 0;

  /// Prepares one step, after `share` and all parts. Different steps may be prepared at once.
  virtual void prepare(std::size_t step) = 0;

  /// A Greek of all contracts alive after the step, in account currency. Those of which tables were not asked
  /// for are exact. shapes  out: [lanes]
  virtual void evaluate(std::size_t step, const market::AssetQuotes& quotes, Greek greek,
                        Lanes& out) const = 0;

  /// The value, where the delta at these quotes is known: of that is what it needs not look up.
  virtual void evaluate_value(std::size_t step, const market::AssetQuotes& quotes, const Lanes& delta,
                              Lanes& out) const = 0;

  /// A Greek at many places of one of the quotes. shapes  out: [log spot]
  virtual void evaluate_line(std::size_t step, const QuotedLine& line, Greek greek,
                             std::span<double> out) const = 0;

  /// Brings what a delta at these quotes will be read from into the cache, where that is one table. Changes
  /// nothing that can be seen: the prices of the quotes need not be worked out yet.
  virtual void fetch(std::size_t step, const market::AssetQuotes& quotes) const = 0;

  virtual void report(SurfaceReport& into) const = 0;
};

/// What is valued: a book at some times, under the curves that may be quoted.
struct Valued {
  const PricedBook* book;                           ///< outlives the valuation
  const std::vector<market::ImpliedCurve>* quotes;  ///< in the order of the quotes
  const std::vector<std::vector<bool>>* used;       ///< [step]: which of them may be up then
  std::vector<double> times_years;                  ///< [step]
  GreekSet greeks;                                  ///< tables are made of these
  SurfaceSettings settings;
};

/// From tables that ask of the model only how to fill rows.
std::shared_ptr<Valuation> make_valuation(const Believed& believed, const Valued& what);

}  // namespace unhedged::pricing
