#include "engine/pricing/call_rows.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"
#include "engine/math/scalar.hpp"

namespace unhedged::pricing {
namespace {

using math::DyadicGrid;
using math::kStencil;
using math::kStencilBefore;

/// Largest step of a grid over the standard deviation of what stands on it: eight points interpolate a normal
/// distribution to 1.6e-8 then.
constexpr double kCoarsest = 0.18;
/// Between rows, at small standard deviations: eight points interpolate to 1.2e-8 of a normal distribution.
constexpr double kRowStep = 0.08;
constexpr double kErrorOfStrips = 2.8e-8, kErrorOfBells = 2e-7;  ///< the latter of the greatest density
constexpr std::size_t kChunk = 256;

/// Steps between rows shrink with the standard deviation, of which half moves d1.
double row_step(double high_sd) { return kRowStep / (1 + (0.2 + 0.043 * high_sd) * high_sd); }

double sum(const std::vector<double>& values) {
  double out = 0;
  for (const double value : values) out += value;
  return out;
}

}  // namespace

int CallRows::level_for(double sd) {
  int exponent;
  std::frexp(kCoarsest * sd, &exponent);  // the largest power of two that is no larger is 2^(exponent - 1)
  return 1 - exponent;
}

double CallRows::error(CallColumn column) { return is_distribution(column) ? kErrorOfStrips : kErrorOfBells; }

CallRows::CallRows(const CallArrays& calls, CallColumn column, double low_sd, double high_sd)
    : calls_(&calls), column_(column), low_sd_(low_sd), high_sd_(high_sd), first_level_(level_for(high_sd)) {
  const double most = std::min(kMostNodes, kMostNodesPerCall * static_cast<double>(calls.quantity.size()));
  for (int level = first_level_; level <= level_for(low_sd); ++level) {
    Octave octave = octave_of(level);
    if (static_cast<double>(octave.grid.count) > most) break;
    octaves_.push_back(std::move(octave));
  }
}

double CallRows::Ladder::sd(int row) const { return scalar::exp(log_sd + row * step); }

CallRows::Ladder CallRows::ladder(int level) {
  const double low = DyadicGrid{level}.step() / kCoarsest;
  return {scalar::log(low), row_step(2 * low)};
}

int CallRows::last_row(const Ladder& ladder) {
  return static_cast<int>(std::ceil(scalar::log(2.0) / ladder.step)) - kFirstRow + 1;
}

const std::vector<CallShapes::Row>& CallShapes::of_grid(CallColumn column, int level) {
  const CallColumn kind = is_distribution(column) ? column : CallColumn::vega;
  const std::scoped_lock one_at_a_time(making_);
  std::vector<Row>& rows = made_[{kind, level}];
  if (!rows.empty()) return rows;
  const CallRows::Ladder ladder = CallRows::ladder(level);
  for (int row = CallRows::kFirstRow; row <= CallRows::last_row(ladder); ++row)
    rows.push_back({shape_of_call(kind, ladder.sd(row), level, false),
                    shape_of_call(kind, ladder.sd(row), level, true)});
  return rows;
}

void CallRows::fill(CallShapes& shapes) {
  for (Octave& octave : octaves_) fill(octave, shapes);
}

CallRows::Octave CallRows::octave_of(int level) const {
  const double step = DyadicGrid{level}.step();
  const double low_sd = std::max(low_sd_, step / kCoarsest),
               high_sd = std::min(high_sd_, 2 * step / kCoarsest);
  const Ladder on = ladder(level);
  const auto row_below = [&](double sd) {
    return static_cast<int>(std::floor((scalar::log(sd) - on.log_sd) / on.step));
  };
  constexpr int before = static_cast<int>(kStencilBefore) + 1,
                behind = static_cast<int>(kStencil) - before + 1;
  Octave octave{};
  octave.first_row = std::max(kFirstRow, row_below(low_sd) - before);
  const int last = std::min(last_row(on), row_below(high_sd) + 1 + behind);
  octave.step = on.step;
  octave.first_log_sd = on.log_sd + octave.first_row * on.step;
  const auto rows = static_cast<std::size_t>(last - octave.first_row) + 1;
  const double widest = on.sd(last);
  const double low = calls_->log_strike.front() - reach_of_a_call(widest),
               high = calls_->log_strike.back() + reach_of_a_call(widest);
  // on the eight last nodes on either side the function is constant
  octave.grid.level = level;
  octave.grid.first = static_cast<std::int64_t>(std::floor(low / step)) - static_cast<std::int64_t>(kStencil);
  octave.grid.count = static_cast<std::size_t>(std::ceil((high - low) / step)) + 2 * kStencil + 2;
  octave.above = column_ == CallColumn::shares ? sum(calls_->quantity)
                 : column_ == CallColumn::cash ? sum(calls_->strike_quantity)
                                               : 0;
  octave.rows.resize(rows);
  return octave;
}

/// Strikes are brought onto a grid of half the step first, to 6e-11.
void CallRows::fill(Octave& octave, CallShapes& shapes) const {
  const std::vector<CallShapes::Row>& of_one = shapes.of_grid(column_, octave.grid.level);
  const StrikeGrid strikes(*calls_, column_, 0, octave.grid.level + 1);
  for (std::size_t row = 0; row < octave.rows.size(); ++row) {
    octave.rows[row].assign(octave.grid.count, 0.0);
    strikes.add(of_one[row + static_cast<std::size_t>(octave.first_row - kFirstRow)], octave.grid,
                octave.rows[row].data());
  }
}

void CallRows::add(const DyadicGrid& grid, double carry, double sd, double weight, double* out) const {
  const auto index = static_cast<std::size_t>(std::max(0, grid.level - first_level_));
  UNHEDGED_EXPECT(index < octaves_.size() && octaves_[index].grid.level == grid.level);
  const Octave& octave = octaves_[index];
  const double nodes = carry / grid.step(), whole = std::floor(nodes);
  Stencils stencils;
  const double place = (scalar::log(sd) - octave.first_log_sd) / octave.step;
  stencils.first_row = first_row(octave, place);
  math::lagrange_weights(place - static_cast<double>(stencils.first_row), stencils.row);
  for (double& one : stencils.row) one *= weight;
  stencils.falls_on_nodes = nodes == whole;
  if (!stencils.falls_on_nodes) math::lagrange_weights(nodes - whole + kStencilBefore, stencils.node);
  // node i of the grid is read from node i + shift of a row and the seven behind it
  const std::int64_t shift = grid.first + static_cast<std::int64_t>(whole) -
                             static_cast<std::int64_t>(kStencilBefore) - octave.grid.first;
  const auto count = static_cast<std::int64_t>(grid.count);
  const std::int64_t end = static_cast<std::int64_t>(octave.grid.count - kStencil) + 1 - shift;
  const std::int64_t begin = std::clamp<std::int64_t>(-shift, 0, count), stop = std::clamp(end, begin, count);
  add_inside(octave, stencils, begin + shift, static_cast<std::size_t>(stop - begin), out + begin);
  for (std::int64_t i = stop; octave.above != 0 && i < count; ++i) out[i] += weight * octave.above;
}

std::size_t CallRows::first_row(const Octave& octave, double place) {
  const double most = static_cast<double>(octave.rows.size() - kStencil);
  return static_cast<std::size_t>(std::clamp(std::floor(place) - kStencilBefore, 0.0, most));
}

bool CallRows::add_point(double y, double sd, double weight, double& out) const {
  if (!reaches(sd) || level_for(sd) > finest_level()) return false;
  const Octave& octave = octaves_[static_cast<std::size_t>(level_for(sd) - first_level_)];
  const double node = y / octave.grid.step() - static_cast<double>(octave.grid.first);
  const double below = std::floor(node) - kStencilBefore;
  if (below < 0) return true;
  if (below + kStencil > static_cast<double>(octave.grid.count)) {
    out += weight * octave.above;
    return true;
  }
  const double place = (scalar::log(sd) - octave.first_log_sd) / octave.step;
  const std::size_t first = first_row(octave, place), at = static_cast<std::size_t>(below);
  double row_weight[kStencil], node_weight[kStencil];
  math::lagrange_weights(place - static_cast<double>(first), row_weight);
  math::lagrange_weights(node - below, node_weight);
  double sum = 0;
  for (std::size_t row = 0; row < kStencil; ++row)
    for (std::size_t k = 0; k < kStencil; ++k)
      sum += row_weight[row] * node_weight[k] * octave.rows[first + row][at + k];
  out += weight * sum;
  return true;
}

/// From node `first` of the rows on.
void CallRows::add_inside(const Octave& octave, const Stencils& stencils, std::int64_t first,
                          std::size_t count, double* out) const {
  double buffer[kChunk + kStencil];
  for (std::size_t done = 0; done < count; done += kChunk) {
    const std::size_t size = std::min(kChunk, count - done);
    const double* rows[kStencil];
    for (std::size_t k = 0; k < kStencil; ++k)
      rows[k] = octave.rows[stencils.first_row + k].data() + first + static_cast<std::int64_t>(done);
    if (stencils.falls_on_nodes) {
      for (const double*& row : rows) row += kStencilBefore;
      math::dyadic_kernels().add_combined(rows, stencils.row, size, out + done);
      continue;
    }
    std::fill_n(buffer, size + kStencil - 1, 0.0);
    math::dyadic_kernels().add_combined(rows, stencils.row, size + kStencil - 1, buffer);
    math::dyadic_kernels().add_shifted(buffer, stencils.node, size, out + done);
  }
}

}  // namespace unhedged::pricing
