#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/isa.hpp"

namespace unhedged::math {

/// A function of two variables, interpolated through the six nearest nodes in x and the four nearest in z.
/// Equal steps in z are divided into bands of as many steps each; each band has a grid in x of its own, as
/// fine as the function asks there, and the values of all its rows at one x stand side by side. Points beyond
/// the nodes take the value at the edge.
/// accuracy  0.0049 h^6 |f^(6)| in x, 0.023 h^4 |f''''| in z
struct BandTable {
  double origin_z = 0;  ///< of the first interval; one row stands below it
  double inverse_step_z = 0;
  std::size_t intervals = 0;  ///< in z, in all
  std::size_t of_band = 0;    ///< intervals of a band
  /// The grid of a band; `last_node` and `offset` (of its first node in `values`) are whole numbers.
  struct Band {
    double origin, inverse_step, last_node, offset;
  };

  /// Rows of a band: those of its intervals, and one more on each side.
  std::size_t rows_of_band() const { return of_band + 3; }

  /// That a z belongs to.
  const Band& band_of(double z) const {
    const double raw = (z - origin_z) * inverse_step_z;
    const auto interval = raw > 0 ? static_cast<std::size_t>(raw) : 0;
    return bands[(interval < intervals ? interval : intervals - 1) / of_band];
  }

  std::vector<Band> bands;     ///< of at least six nodes each
  std::vector<double> values;  ///< [band][node][row of the band]
};

struct BandKernels {
  /// out += table(x, z). shapes  x, z, out: [count], count <= 256 and a multiple of 4
  void (*add)(const BandTable& table, const double* x, const double* z, std::size_t count, double* out);
  /// The table at one z, on the nodes of its band. shapes  row: [node]
  void (*cut)(const BandTable& table, double z, double* row);
  /// out += what was cut at x, as `add` has it. shapes  x, out: [count], count <= 256
  void (*add_cut)(const BandTable::Band& band, const double* row, const double* x, std::size_t count,
                  double* out);
};

UNHEDGED_DECLARE_KERNELS(BandKernels, band_kernels)

}  // namespace unhedged::math
