#pragma once
#include "engine/simulation/floor.hpp"

namespace unhedged::simulation {

/// The floor a hedger is judged by in a scenario.
struct Cell {
  std::size_t scenario, hedger;
};

/// Whether the hedger of a cell trades on a floor of its own, on which its crowd moves the price.
bool has_crowd(const Plan& plan, Cell cell);

/// Bytes that the steps of a block go through: those of the costliest scenario, and all.
struct StateBytes {
  std::size_t scenario, all;
};

/// All floors of a run on one block of paths. One object per thread and block, reused.
class PathBlock {
 public:
  explicit PathBlock(const PreparedRun& run);
  /// The floor of one cell alone.
  PathBlock(const PreparedRun& run, Cell only);
  PathBlock(const PathBlock&) = delete;  // the floors point to the noise
  PathBlock& operator=(const PathBlock&) = delete;

  /// Points the random numbers to other paths; the walk through the schedule does the rest.
  void reset(const PathIds& paths) { noise_.reset(paths); }
  /// For those who walk several blocks side by side.
  std::deque<Floor>& floors() { return floors_; }
  const std::deque<Floor>& floors() const { return floors_; }

  /// Walks the paths from today to the horizon. `sink`: is shown every grid time of every floor.
  void simulate(const PathIds& paths, Sink* sink = nullptr, const Stop& stop = {});

  /// The floor on which nobody moves the price.
  const Floor& calm(std::size_t scenario) const;
  /// The floor whose P&L a hedger is judged by: that of its crowd if it has one.
  const Floor& floor_of(Cell cell) const;
  StateBytes state() const;

 private:
  const PreparedRun* run_;
  world::NoiseCache noise_;
  std::deque<Floor> floors_;  // a deque: its elements must not move
};

}  // namespace unhedged::simulation
