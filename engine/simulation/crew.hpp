#pragma once
#include <string_view>

#include "engine/simulation/batch.hpp"

/// Runs whose batches several processes simulate: one hands them out and keeps what they come to, the others
/// simulate and keep nothing. Which process simulates a batch changes no bit of it.
namespace unhedged::simulation {

class PreparedRun;
struct RunOptions;

/// Where batches to simulate come from.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// The next ones, which nobody else gets; none: there are no more, or none is to be begun any more. Called
  /// by any thread; may wait.
  virtual BatchRange next() = 0;
};

/// A run whose batches are handed out. Its functions may be called while its own threads simulate.
class SharedRun : public BatchSource {
 public:
  /// Whether next() would have any.
  virtual bool has_next() = 0;
  /// What a batch comes to that was handed out.
  /// errors  IoError if it does not fit the plan; of the store
  virtual void take(std::uint64_t batch, std::string_view outcome) = 0;
  /// Whether what is handed out and not back is to be given up.
  virtual bool is_abandoned() const = 0;
  /// Whether no batch is to be begun any more.
  virtual bool is_ending() const = 0;
  /// Lets no batch be begun any more.
  virtual void end() = 0;
};

/// Other processes that simulate for this one.
class Crew {
 public:
  virtual ~Crew() = default;
  /// Threads they have, all together.
  virtual int threads() const = 0;
  /// Hands them batches until there are none and all that were handed out are back, or are given up.
  /// errors  IoError with what one of them failed at; Interrupted if one has left
  virtual void serve(SharedRun& run) = 0;
};

/// Simulates what a source hands out, with the threads of the options, and gives what each batch comes to to
/// their store; nothing else is kept.
/// errors  Interrupted; those of the store; IoError if the threads cannot be had
void simulate_for(const PreparedRun& prepared, const RunOptions& options, BatchSource& source);

}  // namespace unhedged::simulation
