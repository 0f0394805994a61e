#pragma once
#include "engine/simulation/attribution.hpp"

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
  /// The floor of one cell alone; all of one scenario.
  PathBlock(const PreparedRun& run, Cell only);
  PathBlock(const PreparedRun& run, std::size_t only);
  PathBlock(const PathBlock&) = delete;  // the floors point to the noise
  PathBlock& operator=(const PathBlock&) = delete;

  /// Points the random numbers to other paths; the walk through the schedule does the rest.
  void reset(const PathIds& paths) { noise_.reset(paths); }
  /// Whether P&L is taken apart from now on, where somebody asks for that.
  void explain(bool explains);
  /// For those who walk several blocks side by side.
  std::deque<Floor>& floors() { return floors_; }
  const std::deque<Floor>& floors() const { return floors_; }

  /// Walks the paths from today to the horizon. `sink`: is shown every grid time of every floor.
  void simulate(const PathIds& paths, Sink* sink = nullptr, const Stop& stop = {});

  /// The floor on which nobody moves the price.
  const Floor& calm(std::size_t scenario) const;
  /// The floor whose P&L a hedger is judged by: that of its crowd if it has one.
  const Floor& floor_of(Cell cell) const;
  /// How the P&L on the floor of a scenario on which nobody moves the price comes about; null: nobody asked.
  const Attribution* attribution(std::size_t scenario) const;
  StateBytes state() const;

 private:
  void add_floor(std::size_t scenario);
  void add_crowds(std::size_t scenario);

  const PreparedRun* run_;
  world::NoiseCache noise_;
  std::deque<Floor> floors_;              // a deque: its elements must not move
  std::deque<Attribution> attributions_;  // of those on which nobody moves the price, in their order
  bool explains_ = true;
};

}  // namespace unhedged::simulation
