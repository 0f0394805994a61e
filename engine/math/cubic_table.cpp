#include "engine/math/cubic_table.hpp"

#include <algorithm>

#include "engine/core/errors.hpp"

namespace unhedged::math {
namespace {

constexpr std::size_t kGhosts = 2;  // nodes beyond each end, for the slopes
constexpr std::size_t kBlock = 256, kGranule = 16;

/// f at low + (i - kGhosts) h for i = 0 .. intervals + 2 kGhosts.
std::vector<double> node_values(double low, double step, std::size_t intervals,
                                const BlockFunction& function) {
  std::vector<double> values(intervals + 1 + 2 * kGhosts);
  double x[kBlock], y[kBlock];
  for (std::size_t first = 0; first < values.size(); first += kBlock) {
    const std::size_t wanted = std::min(kBlock, values.size() - first);
    const std::size_t count = (wanted + kGranule - 1) / kGranule * kGranule;
    for (std::size_t i = 0; i < count; ++i)
      x[i] = low + (static_cast<double>(first + std::min(i, wanted - 1)) - kGhosts) * step;
    function(x, count, y);
    std::copy_n(y, wanted, values.begin() + static_cast<std::ptrdiff_t>(first));
  }
  return values;
}

}  // namespace

CubicTable make_cubic_table(double low, double step, const std::vector<double>& values) {
  UNHEDGED_EXPECT(values.size() >= 14);
  const std::size_t intervals = values.size() - 1 - 2 * kGhosts;
  CubicTable table{low, 1 / step, {}, table_kernels().error_bound(values.data(), values.size())};
  table.pieces.resize(intervals);
  table_kernels().fit(values.data(), intervals, table.pieces.data());
  return table;
}

CubicTable make_cubic_table(double low, double high, std::size_t intervals, const BlockFunction& function) {
  UNHEDGED_EXPECT(low < high && intervals >= 9);
  const double step = (high - low) / static_cast<double>(intervals);
  return make_cubic_table(low, step, node_values(low, step, intervals, function));
}

}  // namespace unhedged::math
