#include "engine/pricing/strike_grid.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/errors.hpp"

namespace unhedged::pricing {
namespace {

using math::DyadicGrid;
using math::kStencil;
using math::kStencilBefore;

constexpr auto kWidth = static_cast<std::int64_t>(kStencil),
               kBefore = static_cast<std::int64_t>(kStencilBefore);

/// Calls are brought onto a grid if it has so many nodes for each at most: looking a node up is so much
/// cheaper.
constexpr double kFewestCalls = 12, kMostNodesPerCall = 16;

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

std::int64_t node_below(double log_strike, double step) {
  return static_cast<std::int64_t>(std::floor(log_strike / step));
}

}  // namespace

/// Strikes are looked for block by block, so blocks are short.
std::vector<double> plain_row(const CallArrays& calls, CallColumn column, double sd, const DyadicGrid& grid) {
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

StrikeGrid::StrikeGrid(const CallArrays& calls, CallColumn column, double carry, int level)
    : column_(column) {
  const std::vector<double>& quantity = column == CallColumn::cash ? calls.strike_quantity : calls.quantity;
  const double step = DyadicGrid{level}.step();
  const std::int64_t low = node_below(calls.log_strike.front() - carry, step);
  const std::int64_t high = node_below(calls.log_strike.back() - carry, step);
  grid_ = {level, low - kBefore, static_cast<std::size_t>(high - low) + kStencil};
  quantity_.assign(grid_.count, 0.0);
  for (std::size_t call = 0; call < quantity.size(); ++call) {
    const double place = (calls.log_strike[call] - carry) / step, below = std::floor(place);
    double weight[kStencil];
    math::lagrange_weights(place - below + static_cast<double>(kStencilBefore), weight);
    const auto at = static_cast<std::size_t>(static_cast<std::int64_t>(below) - low);
    for (std::size_t k = 0; k < kStencil; ++k) quantity_[at + k] += weight[k] * quantity[call];
  }
  halves_ = {every_other(false), every_other(true)};
}

bool StrikeGrid::pays(const CallArrays& calls, int level) {
  const auto count = static_cast<double>(calls.quantity.size());
  const double span = (calls.log_strike.back() - calls.log_strike.front()) / DyadicGrid{level}.step();
  return count > kFewestCalls && span + static_cast<double>(kStencil) < kMostNodesPerCall * count;
}

CallShape shape_of_call(CallColumn column, double sd, int level, bool odd) {
  const double step = DyadicGrid{level}.step();
  CallArrays call;
  call.log_strike = {odd ? 0.5 * step : 0.0};
  call.quantity = call.strike_quantity = {1};
  CallShape out;
  out.reach = static_cast<std::int64_t>(std::ceil(reach_of_a_call(sd) / step)) + 1;
  out.above = is_distribution(column) ? 1 : 0;
  const auto count = static_cast<std::size_t>(2 * (out.reach + kWidth));
  out.value = plain_row(call, column, sd, {level, 1 - kWidth - out.reach, count});
  return out;
}

/// out[n] += sum over m of quantity[m] shape(n - first - m). Nodes above all of the change of a group of
/// strikes are left to `steps`: what is added from a node on.
void StrikeGrid::add(const CallShape& shape, const Taps& from, const DyadicGrid& grid,
                     std::vector<double>& steps, double* out) {
  const std::vector<double>& quantity = from.quantity;
  const auto count = static_cast<std::int64_t>(grid.count);
  for (std::size_t group = 0; group < quantity.size(); group += kStencil) {
    double taps[kStencil], sum = 0;  // the last strike first
    bool any = false;
    for (std::size_t k = 0; k < kStencil; ++k) {
      const std::size_t m = group + kStencil - 1 - k;
      taps[k] = m < quantity.size() ? quantity[m] : 0;
      sum += taps[k];
      any = any || taps[k] != 0;
    }
    if (!any) continue;
    // as nodes of the grid: where something changes
    const std::int64_t begins = from.first + static_cast<std::int64_t>(group) - shape.reach - grid.first;
    const std::int64_t ends = begins + 2 * shape.reach + kWidth;
    const std::int64_t begin = std::clamp<std::int64_t>(begins, 0, count),
                       end = std::clamp<std::int64_t>(ends, begin, count);
    math::dyadic_kernels().add_shifted(shape.value.data() + (begin - begins), taps,
                                       static_cast<std::size_t>(end - begin), out + begin);
    if (ends < count) steps[static_cast<std::size_t>(std::max<std::int64_t>(0, ends))] += shape.above * sum;
  }
}

StrikeGrid::Taps StrikeGrid::every_other(bool odd) const {
  const std::int64_t skipped = (grid_.first % 2 != 0) == odd ? 0 : 1;
  Taps out{{}, (grid_.first + skipped - (odd ? 1 : 0)) / 2};
  for (auto m = static_cast<std::size_t>(skipped); m < quantity_.size(); m += 2)
    out.quantity.push_back(quantity_[m]);
  return out;
}

void StrikeGrid::add(double sd, double weight, const DyadicGrid& grid, double* out) const {
  UNHEDGED_EXPECT(grid_.level == grid.level || grid_.level == grid.level + 1);
  std::vector<double> sum(grid.count, 0.0), steps(grid.count, 0.0);
  if (grid_.level == grid.level) {
    add(shape_of_call(column_, sd, grid.level, false), {quantity_, grid_.first}, grid, steps, sum.data());
  } else {
    for (const bool odd : {false, true})
      add(shape_of_call(column_, sd, grid.level, odd), halves_[odd ? 1 : 0], grid, steps, sum.data());
  }
  double above = 0;
  for (std::size_t i = 0; i < grid.count; ++i) {
    above += steps[i];
    out[i] += weight * (sum[i] + above);
  }
}

void StrikeGrid::add(const std::array<CallShape, 2>& shapes, const DyadicGrid& grid, double* out) const {
  std::vector<double> steps(grid.count, 0.0);
  for (const bool odd : {false, true}) add(shapes[odd ? 1 : 0], halves_[odd ? 1 : 0], grid, steps, out);
  double above = 0;
  for (std::size_t i = 0; i < grid.count; ++i) {
    above += steps[i];
    out[i] += above;
  }
}

}  // namespace unhedged::pricing
