#pragma once
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "engine/core/lanes.hpp"

/// Batches are the unit of work: what one comes to is a function of the plan and of its number, whoever
/// simulates it, and where. Memory, a journal on disk and a shard are stores of them; put together in the
/// order of their numbers they give the same bits from any of them.
namespace unhedged::simulation {

/// Paths of a batch, but for the last of a run: it depends on neither the number of paths, nor threads, nor
/// the machine.
inline constexpr std::uint64_t kBatchPaths = kLanes;

constexpr std::uint64_t batches_of(std::uint64_t paths) { return (paths + kBatchPaths - 1) / kBatchPaths; }

/// Batches from `first` up to but not `end`.
struct BatchRange {
  std::uint64_t first = 0, end = 0;

  std::uint64_t count() const { return end - first; }
  bool contains(std::uint64_t batch) const { return batch >= first && batch < end; }
  bool operator==(const BatchRange&) const = default;
};

/// The part of a run that is one of `of` shards, which count from 1: shards follow each other, differ by one
/// batch at the most and together are the run.
/// expects  1 <= shard <= of
BatchRange shard_of(std::uint64_t batches, std::uint64_t shard, std::uint64_t of);

/// A set of batches, as ranges that do not touch.
class BatchSet {
 public:
  /// Whether it was not in the set before.
  bool add(std::uint64_t batch);
  bool contains(std::uint64_t batch) const;
  std::uint64_t count() const { return count_; }
  /// The first range within `range` that is not in the set; empty at its end if there is none.
  BatchRange missing(BatchRange range) const;
  /// All of them.
  std::vector<BatchRange> all_missing(BatchRange range) const;

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // end by first
  std::uint64_t count_ = 0;
};

/// Where finished batches go besides memory.
class BatchStore {
 public:
  virtual ~BatchStore() = default;
  /// Called by any thread. errors  IoError
  virtual void keep(std::uint64_t batch, std::string_view outcome) = 0;
};

}  // namespace unhedged::simulation
