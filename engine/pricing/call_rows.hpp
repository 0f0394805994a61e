#pragma once
#include <array>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/math/dyadic.hpp"
#include "engine/pricing/row_filler.hpp"
#include "engine/pricing/slice.hpp"
#include "engine/pricing/strike_grid.hpp"

namespace unhedged::pricing {

/// Rows of one call, which those of all expiries are made of: made once for each grid, by any thread.
class CallShapes {
 public:
  /// On a node of the grid, and half way between two.
  using Row = std::array<CallShape, 2>;

  /// Rows of a grid from CallRows::kFirstRow on.
  const std::vector<Row>& of_grid(CallColumn column, int level);

 private:
  std::mutex making_;
  std::map<std::pair<CallColumn, int>, std::vector<Row>> made_;
};

/// The calls of one expiry as a function of the log forward y and of the standard deviation of its
/// logarithm over the life. The function does not depend on the date, so one set of rows serves every
/// time slice: what a surface would otherwise compute option by option it combines from these.
///   shares(y, sd) = sum quantity Phi((y - k) / sd + sd / 2),  cash likewise with strike and - sd / 2,
///   bell(y, sd) = sum quantity phi((y - k) / sd + sd / 2)
/// Rows stand at equal steps in log sd, each at the nodes of the coarsest dyadic grid that resolves it.
/// accuracy  2e-8 of the gross quantity for shares and cash (interpolation by eight points in log sd, and,
/// where
///           nodes do not fall on nodes, in y)
class CallRows {
 public:
  /// Which rows there will be; they are filled before they are used. `calls` are referred to until then.
  /// expects  0 < low_sd <= high_sd
  CallRows(const CallArrays& calls, CallColumn column, double low_sd, double high_sd);

  void fill(CallShapes& shapes);

  bool reaches(double sd) const { return sd >= low_sd_ && sd <= high_sd_; }

  /// The coarsest grid on which a function of this standard deviation can be interpolated by eight points.
  static int level_for(double sd);

  /// out += weight * f(log spot + carry, sd) at the nodes of a grid in the log spot.
  /// expects  grid.level = level_for(sd). shapes  out: [grid.count]
  void add(const math::DyadicGrid& grid, double carry, double sd, double weight, double* out) const;

  /// out += weight * f(y, sd). returns  whether rows reach so far; if not, nothing happens
  bool add_point(double y, double sd, double weight, double& out) const;

  /// No error of add() and add_point() exceeds it, as a fraction of the gross at any sd of the range.
  static double error(CallColumn column);

  /// Of the grids there are: none so fine that it has more than kMostNodes nodes, or
  /// kMostNodesPerCall for each call. There may be none at all.
  int finest_level() const { return first_level_ + static_cast<int>(octaves_.size()) - 1; }
  static constexpr double kMostNodes = 40'000;
  /// Something changes at no more than some 200 nodes around a call: on grids with eight times as many for
  /// each, rows mostly hold what is constant, and computing the calls costs less.
  static constexpr double kMostNodesPerCall = 1600;

 private:
  friend class CallShapes;

  /// Where the rows of a grid stand: the same for all expiries. Steps shrink with the deviation.
  struct Ladder {
    double log_sd, step;  ///< of row 0, the least deviation of the grid, and between rows

    double sd(int row) const;
  };
  static Ladder ladder(int level);
  /// Of any expiry: two more than eight points need stand beyond either end.
  static constexpr int kFirstRow = -5;
  static int last_row(const Ladder& ladder);

  /// Rows on one grid.
  struct Octave {
    int first_row;
    double first_log_sd, step;
    math::DyadicGrid grid;
    std::vector<std::vector<double>> rows;
    double above;  ///< value beyond the last node; before the first it is 0
  };

  /// Weights of the rows from one on, and of nodes.
  struct Stencils {
    std::size_t first_row;
    bool falls_on_nodes;  ///< then those of nodes are not needed
    double row[math::kStencil], node[math::kStencil];
  };

  static std::size_t first_row(const Octave& octave, double place);
  Octave octave_of(int level) const;
  void fill(Octave& octave, CallShapes& shapes) const;
  void add_inside(const Octave& octave, const Stencils& stencils, std::int64_t first, std::size_t count,
                  double* out) const;

  const CallArrays* calls_;
  CallColumn column_;
  double low_sd_, high_sd_;
  int first_level_ = 0;
  std::vector<Octave> octaves_;  ///< by level, the finest last
};

}  // namespace unhedged::pricing
