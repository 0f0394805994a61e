#pragma once
#include <array>
#include <memory>
#include <vector>

#include "engine/market/quotes.hpp"
#include "engine/pricing/contract_rows.hpp"
#include "engine/pricing/level_surface.hpp"
#include "engine/pricing/model.hpp"
#include "engine/pricing/surface.hpp"

namespace unhedged::pricing {

/// A contract at some times (steps) under the curves that may be quoted, or under one of the desk's own:
/// every shape in tables of log(spot / reference), so that a step costs a look-up whatever the formula is.
/// Shared by all blocks. Evaluations before `prepare` are exact.
class ContractValuation {
 public:
  struct PricedContract {
    QuotedContract quoted;
    double spot_today;
    std::vector<market::ImpliedCurve> curves;
    bool follows_quotes;                         ///< else every path is priced at the first curve
    const std::vector<std::vector<bool>>* used;  ///< [step]: which curves may be up then
    std::vector<double> times_years;             ///< [step]
    GreekSet greeks;                             ///< tables are made of these
    SurfaceSettings settings;
  };
  explicit ContractValuation(PricedContract what);

  std::size_t steps() const { return valued_.times_years.size(); }
  bool needs_reach() const;

  /// Makes the tables of a step. Different steps may be prepared at once. `reach`: of the market then; looked
  /// at where `needs_reach`
  void prepare(std::size_t step, const Reach& reach);

  /// out += quantity * a Greek, in account currency. `memory`: as the contract has left it at this step.
  void add(std::size_t step, const market::AssetQuotes& quotes, instruments::ConstMemory memory, Greek greek,
           double quantity, Lanes& out) const;

  void report(SurfaceReport& into) const;

 private:
  /// One shape at one step under one curve.
  struct Slice {
    explicit Slice(ContractRows of) : rows(std::move(of)) {}
    ContractRows rows;
    std::array<std::unique_ptr<const CallSurface>, kColumns> still;
    std::array<std::unique_ptr<const LevelSurface>, kColumns> moving;
  };

  /// Where the paths of a block stand on a shape.
  struct Place {
    std::size_t step = 0, shape = 0;
    const instruments::ShapeOutline* outline = nullptr;
    int outside = 0;  ///< paths beyond its ends
    Lanes x;
  };

  Reach reach_of(const ContractRows& rows, const Reach& market, double log_reference) const;
  void find(const instruments::ContractPart& part, const market::AssetQuotes& quotes, Place& place) const;
  void column_of(const Place& place, CallColumn column, const market::AssetQuotes& quotes, Lanes& out) const;
  void beyond_the_ends(const Place& place, CallColumn column, const market::AssetQuotes& quotes,
                       Lanes& out) const;
  void column_on(const Slice& slice, CallColumn column, const Lanes& x, const Lanes& quote_level,
                 Lanes& out) const;

  PricedContract valued_;
  std::size_t shapes_;
  std::vector<std::vector<std::unique_ptr<Slice>>> slices_;  // [step][curve * shapes + shape]
};

}  // namespace unhedged::pricing
