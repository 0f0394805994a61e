#include "engine/simulation/scan_choice.hpp"
#include "engine/simulation/scan_rivals.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

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

/// Of the part of an interval that begins at t.
void set_side(const ScanLine& line, std::size_t j, double t, double per_part, ScanCell& out, int side) {
  const double c[4] = {line.cubic[0].at[j], line.cubic[1].at[j], line.cubic[2].at[j], line.cubic[3].at[j]};
  const double slope = slope_at(c, t), bend = 3.0 * c[3] * t + c[2];
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
    store(begin, lines[k].corner[0]);
    store(end, lines[k].corner[1]);
    at_begin.meet(number_of(k), begin);
    at_end.meet(number_of(k), end);
  }
  const Rivals<ScanLine> all{lines, of.slope, of.scenarios};
  meet_rivals(all, at_begin, at_end);
  const Room room = common_room(all, at_begin.scenario, at_end.scenario);
  const Some two[2] = {at_begin.scenario, at_end.scenario};
  for (std::size_t j = 0; j < kWide; ++j) {
    ScanCell& cell = out[j * of.parts];
    set_cell(two, of.slope, room, part.hedge, j, cell, [&](std::size_t k, int side) {
      set_side(lines[k], j, part.from, part.to - part.from, cell, side);
    });
  }
  return room;
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
