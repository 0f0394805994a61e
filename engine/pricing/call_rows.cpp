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
/// Something changes at no more than some 200 nodes around a call: on grids with eight times as many for
/// each, rows mostly hold what is constant, and computing the calls costs less.
constexpr double kMostNodesPerCall = 1600;
/// Calls are brought onto a grid if it has so many nodes for each at most: looking a node up is so much
/// cheaper.
constexpr std::size_t kFewestToGrid = 12, kMostPerCall = 16;

/// A bucket that sees y as its log spot and the given sd, undiscounted.
SliceBucket plain_bucket(const CallArrays& calls, double sd) {
  SliceBucket bucket{};
  bucket.calls = &calls;
  bucket.end_call = calls.quantity.size();
  bucket.variance_constant = sd * sd;
  bucket.tau = 1;
  bucket.spot_discount = bucket.cash_discount = 1;
  return bucket;
}

/// f(y, sd) at all nodes. Strikes are looked for block by block, so blocks are short.
std::vector<double> row_of(const CallArrays& calls, CallColumn column, double sd, const DyadicGrid& grid) {
  constexpr std::size_t block = 64;
  constexpr double no_level[kLanes] = {};
  const SliceBucket bucket = plain_bucket(calls, sd);
  const std::size_t padded = (grid.count + block - 1) / block * block;
  std::vector<double> out(padded, 0.0);
  for (std::size_t first = 0; first < padded; first += block) {
    double y[block];
    for (std::size_t i = 0; i < block; ++i) y[i] = grid.node(first + i);
    add_column(bucket, is_distribution(column) ? column : CallColumn::vega, y, no_level, block,
               out.data() + first);
  }
  out.resize(grid.count);
  return out;
}

/// Quantities at the nodes of a grid that come to the same as the calls where the standard deviation is
/// eleven steps or more: each call is spread over eight strikes nearby.
struct Gridded {
  DyadicGrid grid;
  std::vector<double> quantity;
};

DyadicGrid grid_of_strikes(const CallArrays& calls, int level) {
  const double step = DyadicGrid{level}.step();
  const auto first = static_cast<std::int64_t>(std::floor(calls.log_strike.front() / step));
  const auto last = static_cast<std::int64_t>(std::floor(calls.log_strike.back() / step));
  return {level, first - static_cast<std::int64_t>(kStencilBefore),
          static_cast<std::size_t>(last - first) + kStencil};
}

Gridded gridded(const CallArrays& calls, CallColumn column, const DyadicGrid& grid) {
  const std::vector<double>& quantity = column == CallColumn::cash ? calls.strike_quantity : calls.quantity;
  const double step = grid.step();
  Gridded out{grid, std::vector<double>(grid.count)};
  for (std::size_t call = 0; call < quantity.size(); ++call) {
    const double place = calls.log_strike[call] / step, first = std::floor(place) - kStencilBefore;
    double weight[kStencil];
    math::lagrange_weights(place - first, weight);
    const auto at = static_cast<std::size_t>(static_cast<std::int64_t>(first) - grid.first);
    for (std::size_t k = 0; k < kStencil; ++k) out.quantity[at + k] += weight[k] * quantity[call];
  }
  return out;
}

/// out[n] += sum over m of quantity[m] f(node n of `grid` - node m of the strikes), f of one call. Strikes
/// stand at half the step of the grid: `odd` ones half way between its nodes.
void add_gridded(const Gridded& calls, CallColumn column, double sd, const DyadicGrid& grid, bool odd,
                 std::vector<double>& out) {
  // quantities of every other node, the last first, in groups of eight
  std::vector<double> taps;
  const auto count = static_cast<std::int64_t>(calls.grid.count);
  std::int64_t last = count - 1;
  if (((calls.grid.first + last) % 2 != 0) != odd) --last;
  for (std::int64_t m = last; m >= 0; m -= 2) taps.push_back(calls.quantity[static_cast<std::size_t>(m)]);
  if (taps.empty()) return;
  taps.resize((taps.size() + kStencil - 1) / kStencil * kStencil, 0.0);
  CallArrays one;
  one.log_strike = {odd ? 0.5 * grid.step() : 0.0};
  one.quantity = one.strike_quantity = {1};
  const std::int64_t last_strike = (calls.grid.first + last - (odd ? 1 : 0)) / 2;
  const std::vector<double> of_one =
      row_of(one, column, sd, {grid.level, grid.first - last_strike, grid.count + taps.size()});
  for (std::size_t first = 0; first < taps.size(); first += kStencil)
    math::dyadic_kernels().add_shifted(of_one.data() + first, taps.data() + first, grid.count, out.data());
}

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
    : low_sd_(low_sd), high_sd_(high_sd), first_level_(level_for(high_sd)) {
  const double most = std::min(kMostNodes, kMostNodesPerCall * static_cast<double>(calls.quantity.size()));
  for (int level = first_level_; level <= level_for(low_sd); ++level) {
    Octave octave = octave_of(calls, column, level);
    if (static_cast<double>(octave.grid.count) > most) break;
    fill(octave, calls, column);
    octaves_.push_back(std::move(octave));
  }
}

CallRows::Octave CallRows::octave_of(const CallArrays& calls, CallColumn column, int level) const {
  const double step = DyadicGrid{level}.step();
  const double low_sd = std::max(low_sd_, step / kCoarsest),
               high_sd = std::min(high_sd_, 2 * step / kCoarsest);
  Octave octave{};
  octave.step = row_step(high_sd);
  octave.first_log_sd = scalar::log(low_sd) - (kStencilBefore + 1) * octave.step;
  const auto rows =
      static_cast<std::size_t>(std::ceil(scalar::log(high_sd / low_sd) / octave.step)) + kStencil + 2;
  const double widest = scalar::exp(octave.first_log_sd + static_cast<double>(rows - 1) * octave.step);
  const double low = calls.log_strike.front() - reach_of_a_call(widest),
               high = calls.log_strike.back() + reach_of_a_call(widest);
  // on the eight last nodes on either side the function is constant
  octave.grid.level = level;
  octave.grid.first = static_cast<std::int64_t>(std::floor(low / step)) - static_cast<std::int64_t>(kStencil);
  octave.grid.count = static_cast<std::size_t>(std::ceil((high - low) / step)) + 2 * kStencil + 2;
  octave.above = column == CallColumn::shares ? sum(calls.quantity)
                 : column == CallColumn::cash ? sum(calls.strike_quantity)
                                              : 0;
  octave.rows.resize(rows);
  return octave;
}

/// Many calls are brought onto a grid first.
void CallRows::fill(Octave& octave, const CallArrays& calls, CallColumn column) const {
  const DyadicGrid strikes = grid_of_strikes(calls, octave.grid.level + 1);
  const bool many =
      calls.quantity.size() > kFewestToGrid && strikes.count < kMostPerCall * calls.quantity.size();
  const Gridded on_grid = many ? gridded(calls, column, strikes) : Gridded{};
  for (std::size_t row = 0; row < octave.rows.size(); ++row) {
    const double sd = scalar::exp(octave.first_log_sd + static_cast<double>(row) * octave.step);
    if (many) {
      octave.rows[row].assign(octave.grid.count, 0.0);
      for (const bool odd : {false, true})
        add_gridded(on_grid, column, sd, octave.grid, odd, octave.rows[row]);
    } else {
      octave.rows[row] = row_of(calls, column, sd, octave.grid);
    }
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
  math::lagrange_weights(nodes - whole + kStencilBefore, stencils.node);
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
    if (stencils.node[kStencilBefore] == 1) {  // nodes fall on nodes
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
