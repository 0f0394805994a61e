#pragma once
#include <functional>

#include "engine/core/stop.hpp"
#include "engine/simulation/batch.hpp"
#include "engine/simulation/crew.hpp"
#include "engine/simulation/prepared_run.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::simulation {

struct RunOptions {
  int threads = 0;  ///< 0: one per processor
  /// Called now and then, by any thread but never by two at once, with the number of paths done, and of
  /// those from the first to the first that is missing: what is kept of these may be read from now on.
  std::function<void(std::uint64_t done, std::uint64_t in_a_row)> progress;
  StorageLimits storage;
  Stop stop;                    ///< looked at in every step: batches in hand are lost
  Stop finish;                  ///< looked at before a batch is begun: those in hand are finished
  BatchStore* store = nullptr;  ///< of finished batches, besides memory
  Crew* crew = nullptr;         ///< others who simulate batches besides the threads of this process
};

/// The batches of a plan, or of a shard of it: restored from a store or simulated, in any order and by any
/// number of threads, with the same bits.
class Simulation {
 public:
  /// Room for the paths of `batches`, which follow each other. Plan and options outlive it.
  /// errors  IoError if the room for the P&L cannot be had
  Simulation(const PreparedRun& prepared, const RunOptions& options, std::vector<BatchRange> batches);
  Simulation(const PreparedRun& prepared, const RunOptions& options);

  /// A batch from a store. Nothing is done for one that is there already.
  /// returns  whether it fits the plan
  bool restore(std::uint64_t batch, std::string_view outcome);

  /// Simulates what is missing of the batches before `end`, in their order.
  /// expects  one range of batches
  /// errors  Interrupted; IoError of the store, or if the threads cannot be had
  void run(std::uint64_t end);
  void run() { run(ranges_.back().end); }

  const BatchSet& finished() const { return finished_; }
  bool complete() const { return paths_done() == outcome_.room(); }
  /// Paths of the batches of `range`.
  std::uint64_t paths_of(BatchRange range) const;
  std::uint64_t paths_done() const;
  /// What there is so far, of which the first `outcome().paths_in_a_row()` paths are sound.
  const Outcome& outcome() const { return outcome_; }

  /// What the batches from the first to the first that is missing come to, without the few paths that end
  /// in no number (simulation/failed_paths.hpp). errors  NumericalError if there are too many of those
  Outcome take();

 private:
  friend class Scheduler;
  int threads_of_crew() const;
  PathRange place_of(std::uint64_t batch) const;
  void finish(std::uint64_t batch, TallySums sums);

  const PreparedRun& prepared_;
  const RunOptions& options_;
  std::vector<BatchRange> ranges_;
  Outcome outcome_;
  BatchSet finished_;
};

/// Simulates the plan. The outcome is the same to the last bit for any number of threads and any order
/// in which batches happen to be run.
/// errors  NumericalError if too many paths end in no number; Interrupted; IoError if the threads or
///         the room for the P&L cannot be had
Outcome run(const PreparedRun& prepared, const RunOptions& options);

}  // namespace unhedged::simulation
