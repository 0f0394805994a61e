#include "engine/simulation/scan_choice.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

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

void fit(const ScanIntervals& of, std::size_t scenario, ScanLine& out) {
  const double *row = of.rows + scenario * of.stride, *marks = of.marks;
  const double weight = of.weight[scenario];
  const double per_part = 0.125 / (static_cast<double>(of.parts) * static_cast<double>(of.parts));
  Some lost[6], c[4];
  for (std::size_t i = 0; i < 6; ++i) lost[i] = weight * (load(marks + i) - load(row + i));
  set_cubic(lost, c);
  c[0] -= of.dampener[scenario];
  for (std::size_t power = 0; power < 4; ++power) store(c[power], out.cubic[power]);
  const Some left = magnitude(lost[1] - 2.0 * lost[2] + lost[3]),
             right = magnitude(lost[2] - 2.0 * lost[3] + lost[4]);
  store((left + right) * per_part, out.bend);
}

/// A part of the intervals, from and to a number between 0 and 1, and what the hedge is worth that has the
/// delta of the marks.
struct CellPart {
  double from, to;
  Some hedge;
};

void set_hedge(const ScanIntervals& of, CellPart& part) {
  Some marks[6], c[4];
  for (std::size_t i = 0; i < 6; ++i) marks[i] = load(of.marks + i);
  set_cubic(marks, c);
  part.hedge = (cubic_at(c, part.from) - cubic_at(c, part.to)) * static_cast<double>(of.parts) / of.width;
}

UNHEDGED_INLINE Some evaluate(const ScanLine& line, double t, double slope, Some hedge) {
  const Some c[4] = {load(line.cubic[0]), load(line.cubic[1]), load(line.cubic[2]), load(line.cubic[3])};
  return cubic_at(c, t) + slope * hedge;
}

UNHEDGED_INLINE double number_of(std::size_t scenario) {
  return static_cast<double>(static_cast<int>(scenario));
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

/// What one scenario loses in each interval, as a straight line of what the hedge is worth.
struct StraightLine {
  Some begin, end, bend, slope;
};

UNHEDGED_INLINE StraightLine take(const ScanIntervals& of, const ScanLine* lines, Some scenario) {
  StraightLine out;
  for (std::size_t j = 0; j < kWide; ++j) {
    const auto k = static_cast<std::size_t>(scenario[j]);
    out.begin[j] = lines[k].begin.at[j];
    out.end[j] = lines[k].end.at[j];
    out.bend[j] = lines[k].bend.at[j];
    out.slope[j] = of.slope[k];
  }
  return out;
}

/// How far a hedge may be below and above what the desk holds for one line to lie above another; nowhere:
/// minus infinity.
struct Room {
  Some below, above;
};

UNHEDGED_INLINE Room room_over(const StraightLine& one, const StraightLine& other) {
  const Some room = smaller(one.begin - other.begin, one.end - other.end) - one.bend - other.bend;
  const Some gains = other.slope - one.slope, reach = room / magnitude(gains), none = filled(-kNoEnd);
  const Some below = gains < 0.0 ? reach : filled(kNoEnd), above = gains > 0.0 ? reach : filled(kNoEnd);
  return {room < 0.0 ? none : below, room < 0.0 ? none : above};
}

UNHEDGED_INLINE StraightLine line_of(const ScanIntervals& of, const ScanLine* lines, std::size_t k) {
  return {load(lines[k].begin), load(lines[k].end), load(lines[k].bend), filled(of.slope[k])};
}

/// The scenario that rises above one first, on either side of the hedge; where that is the worst at both
/// ends.
void meet_rivals(const ScanIntervals& of, const ScanLine* lines, const Foremost& one, Foremost& at_end) {
  const StraightLine line = take(of, lines, one.scenario);
  Foremost rival;
  for (std::size_t k = 0; k < of.scenarios; ++k) {
    const double which = number_of(k);
    const Room room = room_over(line, line_of(of, lines, k));
    const Some nearness = -larger(Some{}, smaller(room.below, room.above));
    rival.meet(which, one.scenario == which ? filled(-kNoEnd) : nearness);
  }
  at_end.scenario = at_end.scenario == one.scenario ? rival.scenario : at_end.scenario;
}

/// Around the hedge that the desk holds, where either of two lines lies above each of the others.
Room common_room(const ScanIntervals& of, const ScanLine* lines, Some one, Some other) {
  const StraightLine first = take(of, lines, one), second = take(of, lines, other);
  Room out{filled(kNoEnd), filled(kNoEnd)};
  for (std::size_t k = 0; k < of.scenarios; ++k) {
    const double which = number_of(k);
    const StraightLine line = line_of(of, lines, k);
    const Room mine = room_over(first, line), its = room_over(second, line);
    const auto either = (one == which) | (other == which);
    out.below = smaller(either ? filled(kNoEnd) : larger(mine.below, its.below), out.below);
    out.above = smaller(either ? filled(kNoEnd) : larger(mine.above, its.above), out.above);
  }
  return out;
}

/// Of the part of an interval that begins at t.
void set_side(const ScanLine& line, std::size_t j, double t, double per_part, ScanCell& out, int side) {
  const double c[4] = {line.cubic[0].at[j], line.cubic[1].at[j], line.cubic[2].at[j], line.cubic[3].at[j]};
  const double slope = (3.0 * c[3] * t + 2.0 * c[2]) * t + c[1], bend = 3.0 * c[3] * t + c[2];
  out.cubic[0][side] = static_cast<float>(cubic_at(c, t));
  out.cubic[1][side] = static_cast<float>(slope * per_part);
  out.cubic[2][side] = static_cast<float>(bend * (per_part * per_part));
  out.cubic[3][side] = static_cast<float>(c[3] * (per_part * per_part * per_part));
}

/// returns  how far around the hedge of the part one of both is the worst
Room choose_in(const ScanIntervals& of, const CellPart& part, ScanLine* lines, ScanCell* out) {
  Foremost at_begin, at_end;
  for (std::size_t k = 0; k < of.scenarios; ++k) {
    const Some begin = evaluate(lines[k], part.from, of.slope[k], part.hedge),
               end = evaluate(lines[k], part.to, of.slope[k], part.hedge);
    store(begin, lines[k].begin);
    store(end, lines[k].end);
    at_begin.meet(number_of(k), begin);
    at_end.meet(number_of(k), end);
  }
  meet_rivals(of, lines, at_begin, at_end);
  const Room room = common_room(of, lines, at_begin.scenario, at_end.scenario);
  for (std::size_t j = 0; j < kWide; ++j) {
    ScanCell& cell = out[j * of.parts];
    const std::size_t chosen[2] = {static_cast<std::size_t>(at_begin.scenario[j]),
                                   static_cast<std::size_t>(at_end.scenario[j])};
    for (int side = 0; side < 2; ++side) {
      set_side(lines[chosen[side]], j, part.from, part.to - part.from, cell, side);
      cell.slope[side] = static_cast<float>(of.slope[chosen[side]]);
    }
    const bool none = room.below[j] < 0.0 || room.above[j] < 0.0;
    cell.limit[0] = static_cast<float>(none ? kNoEnd : part.hedge[j] - room.below[j]);
    cell.limit[1] = static_cast<float>(none ? -kNoEnd : part.hedge[j] + room.above[j]);
  }
  return room;
}

/// Farther from a hedge than there is room; where there is none, or no end of it, not farther at all.
UNHEDGED_INLINE Some beyond(Some room) {
  constexpr double times = 3.0;
  return ((room > 0.0) & (room < kNoEnd)) ? times * room : Some{};
}

void choose(const ScanIntervals& all, ScanLine* scratch, const ChosenCells& out) {
  const auto parts = static_cast<double>(all.parts);
  for (std::size_t first = 0; first < kAbreast; first += kWide) {
    ScanIntervals of = all;
    of.rows += first;
    of.marks += first;
    for (std::size_t k = 0; k < of.scenarios; ++k) fit(of, k, scratch[k]);
    for (std::size_t p = 0; p < of.parts; ++p) {
      CellPart part{static_cast<double>(p) / parts, static_cast<double>(p + 1) / parts, {}};
      set_hedge(of, part);
      const std::size_t at = first * of.parts + p;
      const Room room = choose_in(of, part, scratch, out.usual + at);
      if (out.outer[0] == nullptr) continue;
      const Some usual = part.hedge;
      part.hedge = usual - beyond(room.below);
      choose_in(of, part, scratch, out.outer[0] + at);
      part.hedge = usual + beyond(room.above);
      choose_in(of, part, scratch, out.outer[1] + at);
    }
  }
}

}  // namespace

const ChoiceKernels choice_kernels{choose};

}  // namespace unhedged::simulation::UNHEDGED_ISA
