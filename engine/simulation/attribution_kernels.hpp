#pragma once
#include "engine/core/isa.hpp"
#include "engine/core/lanes.hpp"

/// Where the P&L of a step comes from, lane by lane. Money of the horizon, signed as P&L;
/// docs/methods/attribution.md.
namespace unhedged::simulation {

/// The book in one asset from one grid time to the next. `growth`: what a unit of cash of a time is worth at
/// the horizon. `netted`: of the calls, puts, forwards and spot, at the time they are named by; what expires
/// at the later time counts there with its payoff.
struct BookMove {
  const Lanes *spot_before, *spot;
  const Lanes *cash_before, *cash;    ///< paid by the book so far; null: there is nothing but the netted
  const Lanes *value_before, *value;  ///< marks of all that is alive
  const Lanes *netted_before, *netted_delta;
  const Lanes* waited;       ///< netted of now, at the spot and quotes of before
  const Lanes* moved;        ///< of now, at the spot of now and the quotes of before
  const Lanes* waited_anew;  ///< of now, at the spot of before and the quotes of now
  const Lanes* netted;       ///< of now
  const Lanes* jumped;       ///< 1 where a jump came; null: neither can come
  const Lanes* entered;      ///< 1 where another regime was entered
  double growth_before, growth;
};

struct BookSums {
  Lanes theta, gamma, vega, cross, jump, regime, basis, financing, funding, exercise, inception, remainder;
};

/// A line of a hedge from one grid time to the next.
struct LineMove {
  const Lanes *spot_before, *spot;    ///< of the asset
  const Lanes *price_before, *price;  ///< of what was held
  const Lanes* delta_before;          ///< of one unit; null: 1
  const Lanes *units_before, *units;
  double growth_before, growth;
  double yield_rate;  ///< earned on the price of now over the step; 0 of what is on margin
  double saved;       ///< what trades of now gain by being paid later, of their price
};

/// What a perpetual pays besides the moves of its price.
struct FundingMove {
  const Lanes *units, *price, *funding;  ///< at the start of the step
  double rate, accrued;                  ///< a year; years of the step, in money of the horizon
};

/// Units of the asset that a move of its price finds open: too much or too little hedged by the hedger's own
/// belief, by how that differs from the market's mark, and by what is ordered and not filled.
struct Exposure {
  Lanes unhedged, belief, unfilled;
  bool is_plain = true;  ///< the latter two are nothing
};

struct SpotMove {
  const Lanes *before, *now;
  double growth;
};

struct HedgeSums {
  Lanes unhedged, belief, unfilled, basis, options, financing, funding;
};

struct AttributionKernels {
  /// Adds a step of the netted book; `rest`: what the step brought besides.
  void (*explain_book)(const BookMove&, BookSums&, Lanes& rest);
  /// Adds what a line brought beyond its delta: basis of what is no option, all of what is one.
  void (*explain_line)(const LineMove&, HedgeSums&);
  void (*explain_funding)(const FundingMove&, HedgeSums&);
  /// sums += growth (now - before) exposure
  void (*explain_delta)(const SpotMove&, const Exposure&, HedgeSums&);
  /// open = delta - belief gap + held + pending of one who believes otherwise by `gap`
  void (*expose)(const Lanes& delta, const Lanes& gap, const Lanes& held, const Lanes& pending, Exposure&);
  void (*expose_plain)(const Lanes& delta, const Lanes& held, Exposure&);
};

UNHEDGED_DECLARE_KERNELS(AttributionKernels, attribution_kernels)

}  // namespace unhedged::simulation
