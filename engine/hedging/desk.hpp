#pragma once
#include <vector>

#include "engine/hedging/leash.hpp"
#include "engine/hedging/router.hpp"
#include "engine/hedging/rule.hpp"

namespace unhedged::hedging {

/// A hedger made ready once and shared by all blocks.
struct DeskPlan {
  const Hedger* hedger = nullptr;
  std::shared_ptr<const Strategy> strategy;        ///< null: it does nothing
  std::size_t assets = 0;                          ///< of the book
  std::vector<Line> lines;                         ///< what it trades in
  std::vector<Line> pledges;                       ///< in which collateral is sold by force
  std::vector<market::Tradable> tradables;         ///< [line]
  std::vector<char> due;                           ///< [step] whether it decides then
  std::vector<std::shared_ptr<const Rule>> rules;  ///< [line]; empty: it trades where it is off its band
  std::vector<std::vector<double>> tolerance;      ///< [line][step] half-width of its band, units

  /// The line of an asset, if it is hedged; those of options are others.
  const Line* line_of(std::size_t asset) const;
  /// The first line of an option; those after it are of options too.
  std::size_t first_option() const;
  /// Whether it decides by the Greeks of an asset.
  bool looks_at(std::size_t asset) const;
  /// The Greeks that it decides by.
  pricing::GreekSet needs() const;
  /// Lanes that it keeps, besides its lines and orders.
  std::size_t memory() const;
};

/// What the market is to desks at a grid time.
struct FloorView {
  std::size_t step;
  const market::QuoteBoard& quotes;
  std::span<const BookGreeks> greeks;          ///< [asset], under the desk's belief
  std::span<const market::Tape* const> tapes;  ///< [tradable]
  const market::TradingMask& trading;
  std::span<const std::vector<double>> to_horizon;  ///< [asset][step]
  const Lanes* latency;                             ///< uniforms that drawn latencies are decided by
  std::span<const BookGreeks> options{};            ///< [option] of one unit, under the desk's belief
  std::span<const market::Tape> outgoing{};         ///< [option] where it rolls now: of the one that is sold
  const Leash* leash = nullptr;                     ///< what the account allows; null: all
};

/// One hedger on one block of paths: what it holds, and its orders on their way.
class Desk {
 public:
  /// `tapes`: of any time; `terms`: of all its routers. Both outlive it, as does the plan.
  Desk(const DeskPlan& plan, const RouterTerms& terms, std::span<const market::Tape* const> tapes);
  Desk(const Desk&) = delete;  // its routers point to its ledger
  Desk& operator=(const Desk&) = delete;

  void clear();

  /// Whether its next `trade` needs Greeks.
  bool is_due(std::size_t step) const { return plan_->due[step] != 0; }
  /// A grid time: orders that arrive are filled, the desk decides if it is due, and orders go out.
  void trade(const FloorView& floor, FillRoom& room);
  /// Before it trades: on the paths of `lanes` its orders are void, and this is ordered instead.
  void seize(std::size_t line, const LaneIndex& lanes, const Lanes& units) {
    routers_[line].seize(lanes, units);
  }
  /// A fill that the desk did not order: what it is made to give up.
  void take(std::size_t line, const Fill& fill, double to_horizon) { ledger_.post(line, fill, to_horizon); }
  /// The horizon: turns what is held into cash as the hedger says.
  void close_out(const FloorView& floor, FillRoom& room);

  const DeskPlan& plan() const { return *plan_; }
  Ledger& ledger() { return ledger_; }
  const Ledger& ledger() const { return ledger_; }
  /// Units of a line that are ordered for good; null: none ever were.
  const Lanes* committed(std::size_t line) const { return routers_[line].committed(); }
  /// Units of a line filled at this grid time.
  const Lanes& filled(std::size_t line) const { return routers_[line].filled(); }
  /// The same of an asset, in all lines that trade in it but options: `room` if they are several, null if
  /// there is none.
  const Lanes* traded(std::size_t asset, Lanes& room) const;

 private:
  OrderMoment moment(std::size_t line, const FloorView& floor, FillRoom& room) const;
  void roll(const FloorView& floor, FillRoom& room);
  void decide(const FloorView& floor, FillRoom& room);
  void trade_options(const StrategyView& view, const FloorView& floor, FillRoom& room);
  /// Whether an order is filled at once, or on its way.
  enum class Sent { filled, ordered };
  Sent send(std::size_t line, const FloorView& floor, FillRoom& room);
  void order(std::size_t line, const FloorView& floor);
  Target target_of(std::size_t line, const FloorView& floor);
  void restrain(std::size_t line, const FloorView& floor);

  const DeskPlan* plan_;
  RouterTerms terms_;
  Ledger ledger_;
  std::vector<Router> routers_;            // [line]
  std::vector<Target> targets_;            // [line]
  std::vector<Lanes> memory_;              // of the strategy, then of the rules in the order of lines
  std::size_t of_strategy_ = 0;            // lanes of it
  Lanes gap_, rest_;                       // of the rule of one line
  Lanes scaled_;                           // target of one line, for what is left of the book
  Lanes room_left_;                        // of what the account allows, while lines are decided on
  std::vector<BookGreeks> option_greeks_;  // [line]
  std::vector<Lanes> intended_;            // [option line] held once all is filled
};

struct DeskKernels {
  /// order = target - held where that exceeds `tolerance` units, else 0.
  void (*decide)(const Target&, double tolerance, const Lanes& held, Lanes& order);
  /// The same, where what is ordered for good counts as held.
  void (*decide_with)(const Target&, double tolerance, const Lanes& held, const Lanes& committed,
                      Lanes& order);
};

UNHEDGED_DECLARE_KERNELS(DeskKernels, desk_kernels)

}  // namespace unhedged::hedging
