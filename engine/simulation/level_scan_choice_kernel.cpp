#include "engine/simulation/level_scan_choice.hpp"
#include "engine/simulation/scan_rivals.hpp"

namespace unhedged::simulation::UNHEDGED_ISA {
namespace {

/// Of some intervals: a parabola in s of cubics in t. [power of s][power of t]
using Patch = Some[3][4];

/// Through cubics at s = 0, 1/2 and 1.
UNHEDGED_INLINE void set_patch(const Some (&at)[3][4], Patch& out) {
  for (int p = 0; p < 4; ++p) {
    out[0][p] = at[0][p];
    out[1][p] = 4.0 * at[1][p] - 3.0 * at[0][p] - at[2][p];
    out[2][p] = 2.0 * at[0][p] - 4.0 * at[1][p] + 2.0 * at[2][p];
  }
}

/// The cubic in t at an s.
UNHEDGED_INLINE void cut_patch(const Patch& patch, double s, Some (&out)[4]) {
  for (int p = 0; p < 4; ++p) out[p] = (patch[2][p] * s + patch[1][p]) * s + patch[0][p];
}

UNHEDGED_INLINE void load_patch(const LevelScanLine& line, Patch& out) {
  for (int q = 0; q < 3; ++q)
    for (int p = 0; p < 4; ++p) out[q][p] = load(line.cubic[q][p]);
}

UNHEDGED_INLINE double square(std::size_t parts) {
  return static_cast<double>(parts) * static_cast<double>(parts);
}

void fit(const LevelScanIntervals& of, std::size_t scenario, LevelScanLine& out) {
  const ScanIntervals& at = of.at;
  const double weight = at.weight[scenario];
  Some cubic[3][4], ends[3][2], along{};
  for (std::size_t r = 0; r < 3; ++r) {
    const double *row = at.rows + r * of.rows_apart + scenario * at.stride,
                 *marks = at.marks + r * of.marks_apart;
    Some lost[6];
    for (std::size_t i = 0; i < 6; ++i) lost[i] = weight * (load(marks + i) - load(row + i));
    set_cubic(lost, cubic[r]);
    along = larger(
        along, magnitude(lost[1] - 2.0 * lost[2] + lost[3]) + magnitude(lost[2] - 2.0 * lost[3] + lost[4]));
    for (std::size_t end = 0; end < 2; ++end) ends[r][end] = lost[2 + end];
  }
  Some across{};
  for (std::size_t end = 0; end < 2; ++end)
    across += magnitude(ends[0][end] - 2.0 * ends[1][end] + ends[2][end]);
  Patch patch;
  set_patch(cubic, patch);
  patch[0][0] -= at.dampener[scenario];
  for (int q = 0; q < 3; ++q)
    for (int p = 0; p < 4; ++p) store(patch[q][p], out.cubic[q][p]);
  store(along * (0.125 / square(at.parts)) + across * (0.5 / square(of.root_parts)), out.bend);
}

/// A part of the intervals, from and to numbers between 0 and 1, and what the hedge is worth that has the
/// delta of the marks: in the middle, and how much more it is at the end than at the beginning.
struct PatchPart {
  double from, to, root_from, root_to;
  Some hedge, along, across;

  /// At a corner, counted as in LevelScanLine: the second is across from the first.
  static constexpr int kSides[4][2] = {{-1, -1}, {1, 1}, {-1, 1}, {1, -1}};
  Some hedge_at(int corner) const {
    return hedge + 0.5 * (kSides[corner][0] * along + kSides[corner][1] * across);
  }
  double t(int corner) const { return kSides[corner][0] < 0 ? from : to; }
  double s(int corner) const { return kSides[corner][1] < 0 ? root_from : root_to; }
};

void load_marks(const LevelScanIntervals& of, Patch& out) {
  Some cubic[3][4];
  for (std::size_t r = 0; r < 3; ++r) {
    Some marks[6];
    for (std::size_t i = 0; i < 6; ++i) marks[i] = load(of.at.marks + r * of.marks_apart + i);
    set_cubic(marks, cubic[r]);
  }
  set_patch(cubic, out);
}

/// At two s the slopes at two t.
void set_hedge(const Patch& marks, double width, PatchPart& part) {
  Some low[4], high[4];
  cut_patch(marks, part.root_from, low);
  cut_patch(marks, part.root_to, high);
  const double per = -1.0 / width;
  const Some begin_low = slope_at(low, part.from) * per, end_low = slope_at(low, part.to) * per,
             begin_high = slope_at(high, part.from) * per, end_high = slope_at(high, part.to) * per;
  part.hedge = 0.25 * (begin_low + end_low + begin_high + end_high);
  part.along = 0.5 * (end_low + end_high - begin_low - begin_high);
  part.across = 0.5 * (begin_high + end_high - begin_low - end_low);
}

/// What each loses at the corners, and which two are ahead somewhere.
void meet(const LevelScanIntervals& of, const PatchPart& part, LevelScanLine* lines, Foremost (&ahead)[2]) {
  Foremost at[LevelScanLine::kCorners];
  for (std::size_t k = 0; k < of.at.scenarios; ++k) {
    Patch patch;
    load_patch(lines[k], patch);
    for (int c = 0; c < 4; ++c) {
      Some cubic[4];
      cut_patch(patch, part.s(c), cubic);
      const Some lost = cubic_at(cubic, part.t(c)) + of.at.slope[k] * part.hedge_at(c);
      store(lost, lines[k].corner[c]);
      at[c].meet(number_of(k), lost);
    }
  }
  ahead[0] = ahead[1] = at[0];
  for (int c = 1; c < 4; ++c) {
    const auto none = ahead[1].scenario == ahead[0].scenario;
    ahead[1].scenario = none ? at[c].scenario : ahead[1].scenario;
  }
  meet_rivals(Rivals<LevelScanLine>{lines, of.at.slope, of.at.scenarios}, ahead[0], ahead[1]);
}

/// Of the part, of one of the intervals.
void set_side(const LevelScanLine& line, std::size_t j, const PatchPart& part, LevelScanCell& out, int side) {
  const double width = part.to - part.from, height = part.root_to - part.root_from;
  double moved[3][4];
  for (int q = 0; q < 3; ++q) {
    const double c[4] = {line.cubic[q][0].at[j], line.cubic[q][1].at[j], line.cubic[q][2].at[j],
                         line.cubic[q][3].at[j]};
    moved[q][0] = cubic_at(c, part.from);
    moved[q][1] = slope_at(c, part.from) * width;
    moved[q][2] = (3.0 * c[3] * part.from + c[2]) * (width * width);
    moved[q][3] = c[3] * (width * width * width);
  }
  const double s = part.root_from;
  for (int p = 0; p < 4; ++p) {
    out.cubic[0][p][side] = static_cast<float>((moved[2][p] * s + moved[1][p]) * s + moved[0][p]);
    out.cubic[1][p][side] = static_cast<float>((2.0 * moved[2][p] * s + moved[1][p]) * height);
    out.cubic[2][p][side] = static_cast<float>(moved[2][p] * (height * height));
  }
}

/// returns  how far around the hedge of the part one of both is the worst
Room choose_in(const LevelScanIntervals& of, const PatchPart& part, LevelScanLine* lines,
               LevelScanCell* out) {
  Foremost ahead[2];
  meet(of, part, lines, ahead);
  const Room room = common_room(Rivals<LevelScanLine>{lines, of.at.slope, of.at.scenarios}, ahead[0].scenario,
                                ahead[1].scenario);
  const Some two[2] = {ahead[0].scenario, ahead[1].scenario};
  for (std::size_t j = 0; j < kWide; ++j) {
    LevelScanCell& cell = out[j * of.at.parts];
    set_cell(two, of.at.slope, room, part.hedge_at(0), j, cell,
             [&](std::size_t k, int side) { set_side(lines[k], j, part, cell, side); });
    cell.tilt[0] = static_cast<float>(part.along[j]);
    cell.tilt[1] = static_cast<float>(part.across[j]);
    cell.unused[0] = cell.unused[1] = 0.0F;
  }
  return room;
}

/// The same part of all, in all cells that there are of it.
void choose_part(const LevelScanIntervals& of, PatchPart part, LevelScanLine* lines,
                 const ChosenLevelCells& out, std::size_t at) {
  const Room room = choose_in(of, part, lines, out.usual + at);
  if (out.outer[0] == nullptr) return;
  const Some usual = part.hedge;
  part.hedge = usual - beyond(room.below);
  choose_in(of, part, lines, out.outer[0] + at);
  part.hedge = usual + beyond(room.above);
  choose_in(of, part, lines, out.outer[1] + at);
}

void choose(const LevelScanIntervals& all, LevelScanLine* scratch, const ChosenLevelCells& out) {
  const auto parts = static_cast<double>(all.at.parts), root_parts = static_cast<double>(all.root_parts);
  for (std::size_t first = 0; first < kAbreast; first += kWide) {
    LevelScanIntervals of = all;
    of.at.rows += first;
    of.at.marks += first;
    Patch marks;
    load_marks(of, marks);
    for (std::size_t k = 0; k < of.at.scenarios; ++k) fit(of, k, scratch[k]);
    for (std::size_t q = 0; q < of.root_parts; ++q)
      for (std::size_t p = 0; p < of.at.parts; ++p) {
        PatchPart part{static_cast<double>(p) / parts,
                       static_cast<double>(p + 1) / parts,
                       static_cast<double>(q) / root_parts,
                       static_cast<double>(q + 1) / root_parts,
                       {},
                       {},
                       {}};
        set_hedge(marks, of.at.width, part);
        choose_part(of, part, scratch, out, q * out.stride + first * of.at.parts + p);
      }
  }
}

}  // namespace

const LevelChoiceKernels level_choice_kernels{choose};

}  // namespace unhedged::simulation::UNHEDGED_ISA
