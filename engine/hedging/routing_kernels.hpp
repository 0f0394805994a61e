#pragma once
#include <span>

#include "engine/core/isa.hpp"
#include "engine/market/tape.hpp"

/// Orders over several venues, and their queues, on all paths of a block.
namespace unhedged::hedging {

/// Blocks are routed over so many venues; over more, path by path.
inline constexpr std::size_t kMostVenues = 8;

/// Orders of one tradable, to be split as `route` splits one; coefficient and exponent are those of
/// Exchange::routing.
struct RoutedOrders {
  const Lanes* units;
  const market::Tape* tape;
  double coefficient, exponent;
};

/// Which venues take part: those that are up or seem so, or all.
enum class VenueReach { seeming, all };

struct RoutingKernels {
  /// parts: [venue] units; what finds no venue at all is added to `unplaced`.
  /// accuracy  exponent 1/2: the bits of `route`; others: 1e-12 of an order
  /// expects   no more than kMostVenues
  void (*split)(const RoutedOrders&, VenueReach, std::span<Lanes> parts, Lanes& unplaced);
};

UNHEDGED_DECLARE_KERNELS(RoutingKernels, routing_kernels)

/// What halts and caps leave of an order: `day_share` of the daily volume passes by at a grid time.
struct Admission {
  const market::Tape* tape;
  const market::TradingMask* trading;
  double day_share;
};

/// What is sent of an order: whole lots, no less than a minimum is waiting, no more than `most` units.
struct Pace {
  double lot, minimum, most;
};

struct QueueKernels {
  /// Moves from `waiting` to `sent` what may trade now.
  void (*admit)(const Admission&, Lanes& waiting, Lanes& sent);
  /// Moves back from `sent` to `waiting` what lots, minimum and pace hold up.
  void (*pace)(const Pace&, Lanes& waiting, Lanes& sent);
  /// What is due at a venue: it waits for the next grid time in a halt, is lost where the venue is down, and
  /// else is in `taken`.
  void (*take_at_venue)(const market::TradingMask&, const Lanes& up, Lanes& due, Lanes& next,
                        Lanes& on_the_way, Lanes& taken);
  /// What is due joins what waits.
  void (*take_at_desk)(Lanes& due, Lanes& waiting, Lanes& on_the_way);
  /// Orders set out; they arrive in `due`, or after the horizon if that is null. Not where trading has ended.
  void (*put_off)(const Lanes& units, const market::TradingMask&, Lanes* due, Lanes& on_the_way);
  /// parts = 0 where the venue is down
  void (*keep_where_up)(const Lanes& up, Lanes& parts);
  /// sum += units; whether any is not 0
  bool (*add)(const Lanes& units, Lanes& sum);
};

UNHEDGED_DECLARE_KERNELS(QueueKernels, queue_kernels)

}  // namespace unhedged::hedging
