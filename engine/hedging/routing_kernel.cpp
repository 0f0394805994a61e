#include "engine/hedging/routing_kernels.hpp"
#include "engine/math/exponentials.hpp"

namespace unhedged::hedging::UNHEDGED_ISA {
namespace {

constexpr double kInfinity = __builtin_inf(), kNoSize = 1e-100;

/// The orders of a block and what stands against each.
template <std::size_t Venues>
struct VenueBlock {
  double fee[Venues];
  Lanes share[Venues];  // of a venue that takes part, else 0
  Lanes above[Venues];  // its fee above the least of those
  Lanes size, scale;    // value of an order; marginal impact on all of the volume, without 1 + exponent
  Lanes marginal;       // cost of the next unit above the least fee
};

UNHEDGED_INLINE double power_of(double x, double exponent) {
  return math::exp(exponent * math::log(x > 1e-300 ? x : 1e-300));
}

/// Shares of the venues that take part; returns what they are in `b`.
template <std::size_t Venues>
void find_shares(const market::Tape& tape, VenueReach reach, VenueBlock<Venues>& b) {
  for (std::size_t v = 0; v < Venues; ++v) {
    const double share = tape.venues[v].share;
    b.fee[v] = tape.venues[v].fee;
    if (reach == VenueReach::all || tape.venues[v].stale) {
      b.share[v].fill(share);
      continue;
    }
    const double* up = tape.venue_up[v].data();
    for (std::size_t lane = 0; lane < kLanes; ++lane) b.share[v][lane] = up[lane] != 0.0 ? share : 0.0;
  }
}

/// Fees above the least one; where there is no venue, those above nothing.
template <std::size_t Venues>
void find_fees(VenueBlock<Venues>& b) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double least = kInfinity;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) {
      const double lower = b.fee[v] < least ? b.fee[v] : least;
      least = b.share[v][lane] > 0.0 ? lower : least;
    }
    const double from = least < kInfinity ? least : 0.0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) b.above[v][lane] = b.fee[v] - from;
  }
}

/// Exchange::routing_scale of every path, and the value of its order.
template <std::size_t Venues>
void find_scale(const RoutedOrders& orders, VenueBlock<Venues>& b) {
  const market::Tape& tape = *orders.tape;
  const double *variance = tape.variance->data(), *jumps = tape.jump_variance->data(),
               *inverse = tape.inverse_volume->data(), *units = orders.units->data(),
               *price = tape.price->data();
  const double days = tape.days_per_year, coefficient = orders.coefficient, exponent = orders.exponent;
  for (std::size_t lane = 0; lane < kLanes; ++lane) b.size[lane] = __builtin_fabs(units[lane] * price[lane]);
  if (coefficient == 0.0) return b.scale.fill(0.0);
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    b.scale[lane] = coefficient * __builtin_sqrt((variance[lane] + jumps[lane]) / days);
  if (exponent == 0.5)
    for (std::size_t lane = 0; lane < kLanes; ++lane) b.scale[lane] *= __builtin_sqrt(inverse[lane]);
  else
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double power = power_of(inverse[lane], exponent);
      b.scale[lane] *= inverse[lane] > 0.0 ? power : 0.0;
    }
}

/// The square-root law in closed form, as square_root_marginal of routing.cpp: in each round the venues of
/// the next fee join, where the marginal cost exceeds it.
template <std::size_t Venues>
void find_marginal_of_roots(VenueBlock<Venues>& b) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double target = b.size[lane] * 2.25 * b.scale[lane] * b.scale[lane];
    double marginal = kInfinity, joined = -1.0;
#pragma GCC unroll 8
    for (std::size_t round = 0; round < Venues; ++round) {
      double next = kInfinity;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Venues; ++v) {
        const double fee = b.above[v][lane], later = fee > joined ? fee : kInfinity;
        const double there = b.share[v][lane] > 0.0 ? later : kInfinity;
        next = there < next ? there : next;
      }
      // Once nobody joins, nobody does in later rounds: they come to the same marginal cost again.
      joined = next < marginal ? next : joined;
      double a = 0.0, sum = 0.0, c = -target;
#pragma GCC unroll 8
      for (std::size_t v = 0; v < Venues; ++v) {
        const double fee = b.above[v][lane], share = fee <= joined ? b.share[v][lane] : 0.0;
        a += share;
        sum += share * fee;
        c += share * fee * fee;
      }
      const double inside = sum * sum - a * c;
      marginal = (sum + __builtin_sqrt(inside > 0.0 ? inside : 0.0)) / a;
    }
    b.marginal[lane] = marginal;
  }
}

/// Other laws: Newton's method on the value taken to the power of the exponent, which is linear in the
/// marginal cost for one venue and nearly so for several, within what is known to hold the root.
struct Search {
  Lanes low, high, target, open;
};

/// Both that the venues with the highest fee are all there are, and that only the cheapest are there, give
/// more than the root.
template <std::size_t Venues>
void begin_search(double exponent, VenueBlock<Venues>& b, Search& s) {
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double all = 0.0, cheapest = 0.0, highest = 0.0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) {
      const double share = b.share[v][lane], fee = share > 0.0 ? b.above[v][lane] : 0.0;
      all += share;
      cheapest += fee == 0.0 ? share : 0.0;
      highest = fee > highest ? fee : highest;
    }
    const double target = (1.0 + exponent) * b.scale[lane] * power_of(b.size[lane], exponent);
    const double alone = target / power_of(cheapest, exponent);
    const double alike = highest + target / power_of(all, exponent);
    const double high = alone < alike ? alone : alike;
    const double there = all > 0.0 ? target : 0.0, asked = b.size[lane] > kNoSize ? there : 0.0;
    s.low[lane] = 0.0;
    s.high[lane] = high;
    s.target[lane] = target;
    s.open[lane] = asked > 0.0 ? 1.0 : 0.0;
    b.marginal[lane] = asked > 0.0 ? high : 0.0;
  }
}

template <std::size_t Venues>
void close_in(double exponent, VenueBlock<Venues>& b, Search& s) {
  const double inverse = 1.0 / exponent;
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double at = b.marginal[lane], target = s.target[lane];
    double taken = 0.0, slope = 0.0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) {
      const double room = at - b.above[v][lane], some = b.share[v][lane] * power_of(room, inverse);
      taken += room > 0.0 ? some : 0.0;
      slope += room > 0.0 ? some / room : 0.0;
    }
    const double value = power_of(taken, exponent), step = (target / value - 1.0) * taken / slope;
    const double low = value > target ? s.low[lane] : at, high = value > target ? at : s.high[lane];
    const double newton = at + step, middle = 0.5 * (low + high);
    const double above = newton > low ? newton : middle, next = newton < high ? above : middle;
    const double found = __builtin_fabs(step) <= 1e-11 * at ? 1.0 : 0.0;  // squared in the step
    const double moved = found != 0.0 ? newton : next, was = s.open[lane];
    s.low[lane] = low;
    s.high[lane] = high;
    b.marginal[lane] = was != 0.0 ? moved : at;
    s.open[lane] = found != 0.0 ? 0.0 : was;
  }
}

template <std::size_t Venues>
void find_marginal(double exponent, VenueBlock<Venues>& b) {
  Search s;
  begin_search(exponent, b, s);
  for (int round = 0; round < 200; ++round) {
    int open = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) open += s.open[lane] != 0.0 ? 1 : 0;
    if (open == 0) return;
    close_in(exponent, b, s);
  }
}

/// What each venue takes at the marginal cost, in parts of an order; all of it where the fee is least if
/// nothing has impact.
template <std::size_t Venues, bool Root>
void hand_out(const RoutedOrders& orders, const VenueBlock<Venues>& b, std::span<Lanes> parts,
              Lanes& unplaced) {
  const double* units = orders.units->data();
  const double inverse = 1.0 / orders.exponent;
  double* out[Venues];
  for (std::size_t v = 0; v < Venues; ++v) out[v] = parts[v].data();
  double* const waits = unplaced.data();
  UNHEDGED_LANES_APART
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const double size = b.size[lane], marginal = b.marginal[lane], scale = 1.5 * b.scale[lane];
    double taken[Venues], sum = 0.0, any = 0.0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) {
      const double share = b.share[v][lane], left = marginal - b.above[v][lane];
      const double room = Root ? left / scale : left,
                   some = share * (Root ? room * room : power_of(room, inverse));
      taken[v] = room > 0.0 ? some : 0.0;
      sum += taken[v];
      any += share;
    }
    const double shared = marginal > 0.0 ? (sum > 0.0 ? (sum < kInfinity ? 1.0 : 0.0) : 0.0) : 0.0;
    const double each = size / sum, order = units[lane], per_value = order / size;
    double cheapest = 1.0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < Venues; ++v) {
      const double first = b.above[v][lane] == 0.0 ? (b.share[v][lane] > 0.0 ? cheapest : 0.0) : 0.0;
      cheapest -= first;
      const double value = shared != 0.0 ? taken[v] * each : (first != 0.0 ? size : 0.0);
      const double part = value * per_value, placed = any > 0.0 ? part : 0.0;
      out[v][lane] = size > 0.0 ? placed : 0.0;
    }
    waits[lane] += any > 0.0 ? 0.0 : order;
  }
}

template <std::size_t Venues>
void split_over(const RoutedOrders& orders, VenueReach reach, std::span<Lanes> parts, Lanes& unplaced) {
  VenueBlock<Venues> b;
  find_shares(*orders.tape, reach, b);
  find_fees(b);
  find_scale(orders, b);
  if (orders.exponent == 0.5) {
    find_marginal_of_roots(b);
    return hand_out<Venues, true>(orders, b, parts, unplaced);
  }
  find_marginal(orders.exponent, b);
  hand_out<Venues, false>(orders, b, parts, unplaced);
}

void split(const RoutedOrders& orders, VenueReach reach, std::span<Lanes> parts, Lanes& unplaced) {
  switch (parts.size()) {
    case 1: return split_over<1>(orders, reach, parts, unplaced);
    case 2: return split_over<2>(orders, reach, parts, unplaced);
    case 3: return split_over<3>(orders, reach, parts, unplaced);
    case 4: return split_over<4>(orders, reach, parts, unplaced);
    case 5: return split_over<5>(orders, reach, parts, unplaced);
    case 6: return split_over<6>(orders, reach, parts, unplaced);
    case 7: return split_over<7>(orders, reach, parts, unplaced);
    default: return split_over<kMostVenues>(orders, reach, parts, unplaced);
  }
}

}  // namespace

const RoutingKernels routing_kernels{split};

}  // namespace unhedged::hedging::UNHEDGED_ISA
