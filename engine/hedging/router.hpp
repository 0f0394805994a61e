#pragma once
#include <memory>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/hedging/exchange.hpp"
#include "engine/hedging/ledger.hpp"
#include "engine/hedging/routing_kernels.hpp"

namespace unhedged::hedging {

/// One line of a hedger: a tradable it trades in, made ready once and shared by all blocks.
struct Line {
  market::TradableId tradable = 0;
  std::size_t asset = 0;
  bool on_margin = false;
  Exchange exchange;
  Execution execution{};
  double paid_later = 1;  ///< what cash is worth at a fill that it is paid for by the delay of settlement
  const HedgeOption* option = nullptr;  ///< null: it is none
  std::size_t option_index = 0;         ///< in the list of the run

  bool rolls_at(std::size_t step) const { return option != nullptr && option->rolls_at(step); }
};

/// What the orders of a line may meet on their way.
struct RouterTerms {
  TimeGrid grid;
  double day_share = 1;  ///< of a day's trading, at one grid time
  Latency latency;       ///< of the desk
};

/// A grid time as an order sees it.
struct OrderMoment {
  std::size_t step;
  const market::Tape* tape;
  const market::TradingMask* trading;
  double to_horizon;  ///< what a unit of cash paid now is worth at the horizon
  FillRoom* room;
};

/// Lanes that orders on their way take up, for one line; 0 where there never are any. `slices`: of an order,
/// none if it goes out at once.
std::size_t ring_lanes(const Latency& desk, const TimeGrid& grid, std::span<const market::Venue> venues,
                       std::size_t slices = 0);

struct OrderQueues;

/// The way of the orders of one line from the decision to the ledger, on every path of a block; it holds
/// every reason why an order is not filled now.
///
///   decision -> slices -> the desk's latency -> waiting (halts, caps, lots, pace) -> venues
///            -> a venue's latency -> fill -> ledger
///
/// What waits or is on its way is `pending` in the ledger. What of it a decision cannot withdraw counts as
/// held: a desk without latency withdraws what waits at the market, and its new order takes the place; one
/// with a latency would be late for that, so its order is for the difference and joins what waits, as it is
/// for one that slices its orders and keeps to their schedule. Where
/// trading has ended, all is dropped. A market without venues, caps and halts takes every order at once.
class Router {
 public:
  /// `tape`: of any time; its venues stay the same. The ledger must outlive the router.
  Router(const RouterTerms& terms, const Line& line, const market::Tape& tape, Ledger& ledger,
         std::size_t index);
  Router(Router&&) noexcept;
  ~Router();

  /// Nothing waits and nothing is on its way.
  void clear();

  /// First at each grid time: what arrives now is filled, or waits.
  void arrive(const OrderMoment& now);
  /// Before `arrive`: on the paths of `lanes` all orders are void, and this one waits at the market, whatever
  /// the desk's latency.
  void seize(const LaneIndex& lanes, const Lanes& units);
  /// Between a decision and `submit`: on these paths it changes nothing.
  void keep(const LaneIndex& lanes);
  /// Where the desk writes its order, in units, before `submit`.
  Lanes& decision() { return order_; }
  /// Takes the decision. `uniform`: decides on how long it is on its way, where that is drawn; else ignored.
  void submit(const OrderMoment& now, const Lanes* uniform);
  /// Whether an order of now meets nothing on its way and costs nothing.
  bool is_direct(const OrderMoment& now) const {
    return !queues_ && may_stay_direct(now) && line_->exchange.is_free();
  }
  /// The decision, its fill and its entry in one pass, instead of `submit`; only where the way is direct.
  void rebalance(const Wish& wish, const OrderMoment& now);
  /// Last at each grid time: sends what waits to the market, as far as that takes it.
  void release(const OrderMoment& now);

  /// Units pending that a decision of now cannot withdraw; null where there never were any.
  const Lanes* committed() const;
  /// Units filled at this grid time; at the horizon those of close or mark.
  const Lanes& filled() const;

  /// The horizon; what waits or is on its way is forgotten. `close`: trades the position away at once, over
  /// all venues, up or down. `mark`: turns it into cash at the price, which is no trade.
  void close(const OrderMoment& now);
  void mark(const OrderMoment& now);

 private:
  bool is_sliced() const { return !line_->execution.slices.empty(); }
  bool is_late() const { return !terms_.latency.is_none(); }
  /// Whether orders go on their way, and count as done.
  bool is_delayed() const { return is_late() || is_sliced(); }
  static bool may_stay_direct(const OrderMoment& now) { return !now.tape->capped && now.trading->all_open; }
  void make_queues();
  void put_off(const OrderMoment& now, const Lanes* uniform);
  void put_off(const Lanes& units, std::size_t later, const OrderMoment& now, const Lanes* uniform);
  std::size_t arrival(std::size_t step, double uniform, std::size_t later) const;
  void recall(const OrderMoment& now);
  void take_from_venues(const OrderMoment& now);
  void take_from_desk(const OrderMoment& now);
  void send(const OrderMoment& now);
  void split(const Lanes& units, VenueReach reach, const OrderMoment& now);
  void split_path_by_path(const Lanes& units, VenueReach reach, const OrderMoment& now);
  void set_out(std::size_t venue, const OrderMoment& now);
  void fill(std::size_t venue, const Lanes& units, const OrderMoment& now);
  void order_all_away();

  RouterTerms terms_;
  const Line* line_;
  std::span<const market::Venue> venues_;
  Ledger* ledger_;
  std::size_t index_;
  Lanes order_{};
  bool submitted_ = false, idle_ = true;  // an order waits for `release`; order_ is zero
  bool rebalanced_ = false;               // at this grid time
  std::unique_ptr<OrderQueues> queues_;   // null: every order so far was filled at once
};

}  // namespace unhedged::hedging
