#pragma once
#include "engine/core/isa.hpp"
#include "engine/simulation/scan_choice.hpp"

/// For kernels that choose scenarios: which one is ahead in a part of each of some intervals, and how far a
/// hedge may go from what the desk holds until another overtakes it.
namespace unhedged::simulation::UNHEDGED_ISA {

/// One number of each of some intervals, as many as a vector has.
#if defined(__AVX512F__)
constexpr std::size_t kWide = 8;
#elif defined(__AVX2__)
constexpr std::size_t kWide = 4;
#else
constexpr std::size_t kWide = 2;
#endif
using Some = double __attribute__((vector_size(kWide * sizeof(double))));
static_assert(kAbreast % kWide == 0);

constexpr double kNoEnd = __builtin_inf();

UNHEDGED_INLINE Some load(const double* from) {
  Some out;
  __builtin_memcpy(&out, from, sizeof out);
  return out;
}
UNHEDGED_INLINE Some load(const Abreast& from) { return load(from.at); }
UNHEDGED_INLINE void store(Some x, Abreast& to) { __builtin_memcpy(to.at, &x, sizeof x); }

UNHEDGED_INLINE Some filled(double x) { return Some{} + x; }
UNHEDGED_INLINE Some larger(Some a, Some b) { return a > b ? a : b; }
UNHEDGED_INLINE Some smaller(Some a, Some b) { return a < b ? a : b; }
UNHEDGED_INLINE Some magnitude(Some a) { return larger(a, -a); }

template <class Number>
UNHEDGED_INLINE Number cubic_at(const Number (&c)[4], double t) {
  return ((c[3] * t + c[2]) * t + c[1]) * t + c[0];
}
template <class Number>
UNHEDGED_INLINE Number slope_at(const Number (&c)[4], double t) {
  return (3.0 * c[3] * t + 2.0 * c[2]) * t + c[1];
}

/// From values at six points.
UNHEDGED_INLINE void set_cubic(const Some (&v)[6], Some (&out)[4]) {
  constexpr double twelfth = 1.0 / 12.0;
  const Some d0 = (v[0] - v[4] + 8.0 * (v[3] - v[1])) * twelfth,
             d1 = (v[1] - v[5] + 8.0 * (v[4] - v[2])) * twelfth, rise = v[3] - v[2];
  out[0] = v[2];
  out[1] = d0;
  out[2] = 3.0 * rise - 2.0 * d0 - d1;
  out[3] = d0 + d1 - 2.0 * rise;
}

UNHEDGED_INLINE double number_of(std::size_t scenario) {
  return static_cast<double>(static_cast<int>(scenario));
}
UNHEDGED_INLINE std::size_t index_of(double number) {
  return static_cast<std::size_t>(static_cast<int>(number));
}

/// The scenario with the largest number, the first of equal ones.
struct Foremost {
  Some most = filled(-kNoEnd), scenario{};

  void meet(double which, Some number) {
    const auto leads = number > most;
    most = leads ? number : most;
    scenario = leads ? filled(which) : scenario;
  }
};

/// What some scenarios lose at the corners of a part, for what the desk holds there; in between they are off
/// by no more than a bend from what is linear in each direction.
template <class Line>
struct Rivals {
  const Line* lines;    ///< [scenario]
  const double* slope;  ///< the same: what is lost per unit of the hedge
  std::size_t scenarios;
};

/// What one scenario loses in each interval.
template <std::size_t corners>
struct Surfaced {
  Some at[corners], bend, slope;
};

template <class Line>
UNHEDGED_INLINE Surfaced<Line::kCorners> take(const Rivals<Line>& of, Some scenario) {
  Surfaced<Line::kCorners> out;
  for (std::size_t j = 0; j < kWide; ++j) {
    const std::size_t k = index_of(scenario[j]);
    for (std::size_t c = 0; c < Line::kCorners; ++c) out.at[c][j] = of.lines[k].corner[c].at[j];
    out.bend[j] = of.lines[k].bend.at[j];
    out.slope[j] = of.slope[k];
  }
  return out;
}

template <class Line>
UNHEDGED_INLINE Surfaced<Line::kCorners> line_of(const Rivals<Line>& of, std::size_t k) {
  Surfaced<Line::kCorners> out;
  for (std::size_t c = 0; c < Line::kCorners; ++c) out.at[c] = load(of.lines[k].corner[c]);
  out.bend = load(of.lines[k].bend);
  out.slope = filled(of.slope[k]);
  return out;
}

/// How far a hedge may be below and above what the desk holds for one to lie above another; nowhere: minus
/// infinity.
struct Room {
  Some below, above;
};

template <std::size_t corners>
UNHEDGED_INLINE Room room_over(const Surfaced<corners>& one, const Surfaced<corners>& other) {
  Some least = one.at[0] - other.at[0];
  for (std::size_t c = 1; c < corners; ++c) least = smaller(least, one.at[c] - other.at[c]);
  const Some room = least - one.bend - other.bend;
  const Some gains = other.slope - one.slope, reach = room / magnitude(gains), none = filled(-kNoEnd);
  const Some below = gains < 0.0 ? reach : filled(kNoEnd), above = gains > 0.0 ? reach : filled(kNoEnd);
  return {room < 0.0 ? none : below, room < 0.0 ? none : above};
}

/// The scenario that rises above one first, on either side of the hedge; where that is the worst at all
/// corners.
template <class Line>
UNHEDGED_INLINE void meet_rivals(const Rivals<Line>& of, const Foremost& one, Foremost& other) {
  const auto line = take(of, one.scenario);
  Foremost rival;
  for (std::size_t k = 0; k < of.scenarios; ++k) {
    const double which = number_of(k);
    const Room room = room_over(line, line_of(of, k));
    const Some nearness = -larger(Some{}, smaller(room.below, room.above));
    rival.meet(which, one.scenario == which ? filled(-kNoEnd) : nearness);
  }
  other.scenario = other.scenario == one.scenario ? rival.scenario : other.scenario;
}

/// Around the hedge that the desk holds, where either of two lies above each of the others.
template <class Line>
UNHEDGED_INLINE Room common_room(const Rivals<Line>& of, Some one, Some other) {
  const auto first = take(of, one), second = take(of, other);
  Room out{filled(kNoEnd), filled(kNoEnd)};
  for (std::size_t k = 0; k < of.scenarios; ++k) {
    const double which = number_of(k);
    const auto line = line_of(of, k);
    const Room mine = room_over(first, line), its = room_over(second, line);
    const auto either = (one == which) | (other == which);
    out.below = smaller(either ? filled(kNoEnd) : larger(mine.below, its.below), out.below);
    out.above = smaller(either ? filled(kNoEnd) : larger(mine.above, its.above), out.above);
  }
  return out;
}

/// The two of an interval, and for which hedges one of both is the worst. `hedge`: what the desk holds;
/// `set_side(scenario, side)`: what it loses beside that
template <class Cell, class SetSide>
UNHEDGED_INLINE void set_cell(const Some (&two)[2], const double* slope, const Room& room, Some hedge,
                              std::size_t interval, Cell& out, SetSide set_side) {
  for (int side = 0; side < 2; ++side) {
    const std::size_t scenario = index_of(two[side][interval]);
    set_side(scenario, side);
    out.slope[side] = static_cast<float>(slope[scenario]);
  }
  const bool none = room.below[interval] < 0.0 || room.above[interval] < 0.0;
  out.limit[0] = static_cast<float>(none ? kNoEnd : hedge[interval] - room.below[interval]);
  out.limit[1] = static_cast<float>(none ? -kNoEnd : hedge[interval] + room.above[interval]);
}

/// Farther from a hedge than there is room; where there is none, or no end of it, not farther at all.
UNHEDGED_INLINE Some beyond(Some room) {
  constexpr double times = 3.0;
  return ((room > 0.0) & (room < kNoEnd)) ? times * room : Some{};
}

}  // namespace unhedged::simulation::UNHEDGED_ISA
