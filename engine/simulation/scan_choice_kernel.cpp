#include "engine/simulation/scan_choice.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

constexpr double kNoEnd = __builtin_inf();

UNHEDGED_INLINE double larger(double a, double b) { return a > b ? a : b; }
UNHEDGED_INLINE double smaller(double a, double b) { return a < b ? a : b; }
UNHEDGED_INLINE double magnitude(double a) { return __builtin_fabs(a); }

/// What scenarios lose over a part, as straight lines of what the hedge is worth, where it is worth what the
/// desk holds: at both ends, and what they may be off by between them.
struct Lines {
  double *begin, *end, *bend;
  const double* slope;
  std::size_t count;
};

/// With t from 0 to 1 over the interval, by the slopes of five points; `bend` from second differences.
struct Columns {
  double *cubic[4], *bend;
  std::size_t count;
};

UNHEDGED_INLINE double cubic_at(const double (&c)[4], double t) {
  return ((c[3] * t + c[2]) * t + c[1]) * t + c[0];
}

/// From values at six points.
UNHEDGED_INLINE void set_cubic(const double (&v)[6], double (&out)[4]) {
  constexpr double twelfth = 1.0 / 12.0;
  const double d0 = (v[0] - v[4] + 8.0 * (v[3] - v[1])) * twelfth,
               d1 = (v[1] - v[5] + 8.0 * (v[4] - v[2])) * twelfth, rise = v[3] - v[2];
  out[0] = v[2];
  out[1] = d0;
  out[2] = 3.0 * rise - 2.0 * d0 - d1;
  out[3] = d0 + d1 - 2.0 * rise;
}

void fit(const ScanInterval& of, const Columns& out) {
  const std::size_t count = of.scenarios;
  const double *rows = of.rows, *marks = of.marks, *weight = of.weight, *dampener = of.dampener;
  double *c0 = out.cubic[0], *c1 = out.cubic[1], *c2 = out.cubic[2], *c3 = out.cubic[3], *bend = out.bend;
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < count; ++k) {
    double lost[6];
    for (std::size_t i = 0; i < 6; ++i) lost[i] = weight[k] * (marks[i] - rows[i * count + k]);
    double c[4];
    set_cubic(lost, c);
    c0[k] = c[0] - dampener[k];
    c1[k] = c[1];
    c2[k] = c[2];
    c3[k] = c[3];
    bend[k] =
        (magnitude(lost[1] - 2.0 * lost[2] + lost[3]) + magnitude(lost[2] - 2.0 * lost[3] + lost[4])) * 0.125;
  }
}

void evaluate(const Columns& of, double t, double hedge, const double* slope, double* out) {
  const double *c0 = of.cubic[0], *c1 = of.cubic[1], *c2 = of.cubic[2], *c3 = of.cubic[3];
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < of.count; ++k)
    out[k] = ((c3[k] * t + c2[k]) * t + c1[k]) * t + c0[k] + slope[k] * hedge;
}

/// How far a hedge may be below and above what the desk holds for one line to lie above another; nowhere:
/// minus infinity.
struct Room {
  double below, above;
};

UNHEDGED_INLINE Room room_over(const Lines& lines, std::size_t one, std::size_t k) {
  const double room = smaller(lines.begin[one] - lines.begin[k], lines.end[one] - lines.end[k]) -
                      lines.bend[one] - lines.bend[k];
  const double gains = lines.slope[k] - lines.slope[one];
  const double reach = room / magnitude(gains);
  const double below = gains < 0.0 ? reach : kNoEnd, above = gains > 0.0 ? reach : kNoEnd;
  return {room < 0.0 ? -kNoEnd : below, room < 0.0 ? -kNoEnd : above};
}

// Numbers are compared in columns: a chain of comparisons waits for each.

UNHEDGED_INLINE double least(const double* of, std::size_t count) {
  double columns[kScanWidth];
  for (double& one : columns) one = kNoEnd;
  for (std::size_t first = 0; first < count; first += kScanWidth)
    for (std::size_t k = 0; k < kScanWidth; ++k) columns[k] = smaller(of[first + k], columns[k]);
  double out = kNoEnd;
  for (const double one : columns) out = smaller(one, out);
  return out;
}

/// Where the largest number is; the first of equal ones.
UNHEDGED_INLINE std::size_t largest(const double* of, std::size_t count) {
  double columns[kScanWidth], first_at[kScanWidth];
  for (std::size_t k = 0; k < kScanWidth; ++k) columns[k] = of[k], first_at[k] = kNoEnd;
  for (std::size_t first = kScanWidth; first < count; first += kScanWidth)
    for (std::size_t k = 0; k < kScanWidth; ++k) columns[k] = larger(of[first + k], columns[k]);
  double most = columns[0];
  for (const double one : columns) most = larger(one, most);
  for (std::size_t first = 0; first < count; first += kScanWidth)
    for (std::size_t k = 0; k < kScanWidth; ++k) {
      const auto here = static_cast<double>(static_cast<int>(first + k));
      first_at[k] = smaller(of[first + k] == most ? here : kNoEnd, first_at[k]);
    }
  double out = first_at[0];
  for (const double one : first_at) out = smaller(one, out);
  return static_cast<std::size_t>(static_cast<int>(out));
}

/// The line that rises above another first, on either side of the hedge.
std::size_t rival_of(const Lines& lines, std::size_t one, double* nearness) {
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < lines.count; ++k) {
    const Room room = room_over(lines, one, k);
    nearness[k] = -larger(0.0, smaller(room.below, room.above));
  }
  nearness[one] = -kNoEnd;
  return largest(nearness, lines.count);
}

/// Around the hedge that the desk holds, where either of two lines lies above each of the others.
Room common_room(const Lines& lines, std::size_t one, std::size_t other, double* below, double* above) {
  UNHEDGED_LANES_APART
  for (std::size_t k = 0; k < lines.count; ++k) {
    const Room first = room_over(lines, one, k), second = room_over(lines, other, k);
    below[k] = larger(first.below, second.below);
    above[k] = larger(first.above, second.above);
  }
  below[one] = below[other] = above[one] = above[other] = kNoEnd;
  return {least(below, lines.count), least(above, lines.count)};
}

/// Of the part of the interval that begins at t.
void set_side(const Columns& of, std::size_t scenario, double t, double parts, ScanCell& out, int side) {
  const double c[4] = {of.cubic[0][scenario], of.cubic[1][scenario], of.cubic[2][scenario],
                       of.cubic[3][scenario]};
  const double slope = (3.0 * c[3] * t + 2.0 * c[2]) * t + c[1], bend = 3.0 * c[3] * t + c[2];
  out.cubic[0][side] = static_cast<float>(cubic_at(c, t));
  out.cubic[1][side] = static_cast<float>(slope / parts);
  out.cubic[2][side] = static_cast<float>(bend / (parts * parts));
  out.cubic[3][side] = static_cast<float>(c[3] / (parts * parts * parts));
}

void choose(const ScanInterval& of, double* scratch, ScanCell* out) {
  const auto column = [&](std::size_t k) { return scratch + k * of.scenarios; };
  const Columns columns{{column(0), column(1), column(2), column(3)}, column(4), of.scenarios};
  const Lines lines{column(5), column(6), column(7), of.slope, of.scenarios};
  fit(of, columns);
  double marks[6], mark[4];
  for (std::size_t i = 0; i < 6; ++i) marks[i] = of.marks[i];
  set_cubic(marks, mark);
  const auto parts = static_cast<double>(of.parts);
  for (std::size_t k = 0; k < of.scenarios; ++k) lines.bend[k] = columns.bend[k] / (parts * parts);
  for (std::size_t part = 0; part < of.parts; ++part) {
    const double from = static_cast<double>(part) / parts, to = static_cast<double>(part + 1) / parts;
    const double hedge = (cubic_at(mark, from) - cubic_at(mark, to)) * parts / of.width;
    evaluate(columns, from, hedge, of.slope, lines.begin);
    evaluate(columns, to, hedge, of.slope, lines.end);
    const std::size_t one = largest(lines.begin, lines.count), at_end = largest(lines.end, lines.count),
                      other = at_end != one ? at_end : rival_of(lines, one, column(8));
    const Room room = common_room(lines, one, other, column(9), column(10));
    const bool none = room.below < 0.0 || room.above < 0.0;
    ScanCell& cell = out[part];
    set_side(columns, one, from, parts, cell, 0);
    set_side(columns, other, from, parts, cell, 1);
    cell.slope[0] = static_cast<float>(of.slope[one]);
    cell.slope[1] = static_cast<float>(of.slope[other]);
    cell.limit[0] = static_cast<float>(none ? kNoEnd : hedge - room.below);
    cell.limit[1] = static_cast<float>(none ? -kNoEnd : hedge + room.above);
  }
}

}  // namespace

const ChoiceKernels choice_kernels{choose};

}  // namespace unhedged::simulation::UNHEDGED_ISA
