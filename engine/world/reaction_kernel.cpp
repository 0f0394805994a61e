#include "engine/market/tape.hpp"
#include "engine/math/elementary.hpp"
#include "engine/world/reaction_kernels.hpp"

namespace unhedged::world::UNHEDGED_ISA {
namespace {

void drawdown(const Lanes& spot, Lanes& extreme, Lanes& value) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double highest = extreme[lane] < spot[lane] ? spot[lane] : extreme[lane];
    extreme[lane] = highest;
    value[lane] = highest > 0.0 ? 1.0 - spot[lane] / highest : 0.0;
  }
}

void run_up(const Lanes& spot, Lanes& extreme, Lanes& value) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double lowest = spot[lane] < extreme[lane] ? spot[lane] : extreme[lane];
    extreme[lane] = lowest;
    value[lane] = lowest > 0.0 ? spot[lane] / lowest - 1.0 : 0.0;
  }
}

void realised(double decay, double dt, const Lanes& spot, Lanes& last, Lanes& value) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double ratio = spot[lane] / last[lane];
    const double moved = math::log(ratio > 1e-300 ? ratio : 1e-300);
    const double square = ratio > 0.0 ? moved * moved : 1.0;
    value[lane] = __builtin_sqrt(value[lane] * value[lane] * decay + (1.0 - decay) * square / dt);
    last[lane] = spot[lane];
  }
}

void hedger_flow(double decay, const Lanes& traded_share, Lanes& value) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) value[lane] = (value[lane] + traded_share[lane]) * decay;
}

void volume(const Lanes& inverse, Lanes& value) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    value[lane] = inverse[lane] > 0.0 ? 1.0 / inverse[lane] : __builtin_inf();
}

/// The move that each order makes, before it is known whether a path bears it.
struct Pushes {
  Lanes acts;            // 0: nothing happens
  Lanes size;            // share of the daily volume
  const double* day;     // daily volatility
  Lanes passing, moved;  // of the log price: the part that decays, and all
};

/// Daily volatilities, where variances have moved: a root and a quotient are most of what an order costs.
void know_days(double days_per_year, const CrowdLanes& c) {
  const double *variance = c.variance->data(), *jumps = c.jump_variance->data();
  double *known = c.known->data(), *day = c.day->data();
  int moved = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    moved += variance[lane] + jumps[lane] != known[lane] ? 1 : 0;
  if (moved == 0) return;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double sum = variance[lane] + jumps[lane];
    known[lane] = sum;
    day[lane] = __builtin_sqrt(sum / days_per_year);
  }
}

bool any_exploded(const LaneIndex& exploded) {
  std::uint8_t any = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) any = any | exploded.value[lane];
  return any != 0;
}

/// returns  whether some order is large: moves the price by as much as counts at all, or further than a path
/// bears
bool push(const CrowdTerms& terms, const CrowdLanes& c, Pushes& out) {
  const CrowdTerms t = terms;  // which no lane overlaps
  const double *order = c.order->data(), *spot = c.spot->data(), *inverse = c.inverse_volume->data();
  const double *const daily = c.day->data(), *const log_spot = c.log_spot->data();
  know_days(t.days_per_year, c);
  out.day = daily;
  int large = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double traded = t.crowding * order[lane] * spot[lane];
    const double q = traded * inverse[lane];  // carries the sign of the price: buying lifts it anyhow
    const double day = daily[lane], size = __builtin_fabs(q);
    const double passing = day * t.transient * __builtin_copysign(__builtin_sqrt(size), q);
    const double limited = inverse[lane] != 0.0 ? 1.0 : 0.0, acts = traded != 0.0 ? limited : 0.0;
    const double moved = day * t.permanent * q + passing, by = __builtin_fabs(moved);
    const double inside = __builtin_fabs(log_spot[lane] + moved) <= t.largest_log ? 1.0 : 0.0;
    const double slow = by <= t.largest_move ? inside : 0.0, small = by < t.material * day ? slow : 0.0;
    out.acts[lane] = acts;
    out.size[lane] = size;
    out.passing[lane] = passing;
    out.moved[lane] = moved;
    large += acts > small ? 1 : 0;
  }
  return large > 0;
}

/// Whether any order moves the price by as much as counts at all.
bool any_material(const CrowdTerms& terms, const Pushes& p) {
  const double material = terms.material;
  int any = 0;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double by = __builtin_fabs(p.moved[lane]), least = material * p.day[lane];
    const double counts = p.acts[lane] != 0.0 ? by - least : -1.0;
    any += counts >= 0.0 ? 1 : 0;
  }
  return any > 0;
}

/// Where none does, no row of orders goes on, whatever the price has moved since the last.
void end_loops(const Pushes& p, const Lanes& spot, Lanes& last, Lanes& loops) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    loops[lane] = p.acts[lane] != 0.0 ? 0.0 : loops[lane];
    last[lane] = p.acts[lane] != 0.0 ? spot[lane] : last[lane];
  }
}

/// Orders in a row with a gain of one, this one included.
void count_loops(const CrowdTerms& terms, const Pushes& p, const Lanes& spot, Lanes& last, Lanes& loops) {
  const double material = terms.material;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double since = last[lane] != 0.0 ? last[lane] : 1.0, ratio = spot[lane] / since;
    const double log_ratio = math::log(ratio > 1e-300 ? ratio : 1e-300);
    const double known = last[lane] != 0.0 ? __builtin_fabs(log_ratio) : 0.0,
                 cause = ratio > 0.0 ? known : 0.0;
    const double least = cause > material * p.day[lane] ? cause : material * p.day[lane];
    const double grown = __builtin_fabs(p.moved[lane]) >= least ? loops[lane] + 1.0 : 0.0;
    const double row = cause > 0.0 ? grown : 0.0;
    loops[lane] = p.acts[lane] != 0.0 ? row : loops[lane];
    last[lane] = p.acts[lane] != 0.0 ? spot[lane] : last[lane];
  }
}

/// Where no order is large and no path is marked: all are borne, and no row of orders goes on.
void absorb_small(const Pushes& p, const CrowdLanes& c) {
  double *const log_spot = c.log_spot->data(), *const transient = c.transient->data(),
                *const traded_share = c.traded_share->data();
  double *const last = c.last_spot->data(), *const loops = c.loops->data();
  const double* const spot = c.spot->data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double acts = p.acts[lane], x = log_spot[lane], at = x + p.moved[lane];
    traded_share[lane] = acts != 0.0 ? p.size[lane] : 0.0;
    log_spot[lane] = acts != 0.0 ? at : x;
    transient[lane] += acts != 0.0 ? p.passing[lane] : 0.0;
    loops[lane] = acts != 0.0 ? 0.0 : loops[lane];
    last[lane] = acts != 0.0 ? spot[lane] : last[lane];
  }
}

void absorb_any(const CrowdTerms& terms, const CrowdLanes& c, Pushes& p) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    p.acts[lane] = c.exploded->value[lane] == 0 ? p.acts[lane] : 0.0;
  if (any_material(terms, p)) count_loops(terms, p, *c.spot, *c.last_spot, *c.loops);
  else end_loops(p, *c.spot, *c.last_spot, *c.loops);
  const CrowdTerms t = terms;
  double *const log_spot = c.log_spot->data(), *const transient = c.transient->data(),
                *const traded_share = c.traded_share->data();
  const double* const loops = c.loops->data();
  Lanes bursts;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double moved = p.moved[lane], by = __builtin_fabs(moved), x = log_spot[lane], at = x + moved;
    const double inside = __builtin_fabs(at) <= t.largest_log ? 1.0 : 0.0,
                 slow = by <= t.largest_move ? inside : 0.0;
    const double bears = loops[lane] < t.loops ? slow : 0.0;
    const double room = t.largest_log - __builtin_fabs(x), positive = room > 0.0 ? room : 0.0;
    const double most = positive < t.largest_move ? positive : t.largest_move;
    const double held = x + __builtin_copysign(by < most ? by : most, moved);
    const double to = bears != 0.0 ? at : held, lasting = bears != 0.0 ? p.passing[lane] : 0.0;
    bursts[lane] = p.acts[lane] > bears ? 1.0 : 0.0;
    traded_share[lane] = p.acts[lane] != 0.0 ? p.size[lane] : 0.0;
    log_spot[lane] = p.acts[lane] != 0.0 ? to : x;
    transient[lane] += p.acts[lane] != 0.0 ? lasting : 0.0;
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    c.exploded->value[lane] = bursts[lane] != 0.0 ? std::uint8_t{1} : c.exploded->value[lane];
}

void absorb(const CrowdTerms& terms, const CrowdLanes& c) {
  Pushes p;
  const bool large = push(terms, c, p);
  if (large || any_exploded(*c.exploded)) absorb_any(terms, c, p);
  else absorb_small(p, c);
}

void relax(double decay, Lanes& transient, Lanes& log_spot) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double back = transient[lane] * (1.0 - decay);
    transient[lane] -= back;
    log_spot[lane] -= back;
  }
}

bool show_trading(std::uint64_t halted, const LaneIndex& regime, const LaneIndex* exploded,
                  LaneIndex& state) {
  using market::Trading;
  constexpr auto open = static_cast<std::uint8_t>(Trading::open);
  constexpr auto stopped = static_cast<std::uint8_t>(Trading::halted),
                 ended = static_cast<std::uint8_t>(Trading::ended);
  state = {};
  static_assert(open == 0);
  for (std::size_t lane = 0; halted != 0 && lane < kLanes; ++lane)
    state.value[lane] = (halted >> (regime.value[lane] & 63u) & 1u) != 0 ? stopped : open;
  for (std::size_t lane = 0; exploded != nullptr && lane < kLanes; ++lane)
    state.value[lane] = exploded->value[lane] != 0 ? ended : state.value[lane];
  std::uint8_t any = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) any = any | state.value[lane];
  return any == open;
}

bool any_below(const Lanes& value, double threshold, std::uint8_t in, const LaneIndex& regime) {
  int any = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    any += static_cast<int>(value[lane] < threshold) & static_cast<int>(regime.value[lane] == in);
  return any > 0;
}

bool any_above(const Lanes& value, double threshold, std::uint8_t in, const LaneIndex& regime) {
  int any = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    any += static_cast<int>(value[lane] > threshold) & static_cast<int>(regime.value[lane] == in);
  return any > 0;
}

}  // namespace

const ReactionKernels reaction_kernels{drawdown, run_up,       realised,  hedger_flow, volume,
                                       absorb,   show_trading, any_below, any_above,   relax};

}  // namespace unhedged::world::UNHEDGED_ISA
