#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/risk/estimate.hpp"
#include "engine/simulation/result.hpp"

namespace unhedged::app {

/// Expected shortfall so far of the hedgers under test, at the highest level, while a run is under way.
struct TailSoFar {
  std::uint64_t paths = 0;  ///< the first ones, which it is of; 0: nothing is known yet
  std::string metric;       ///< as es_99
  struct HedgerTail {
    std::string scenario, hedger;
    risk::Estimate shortfall;
  };
  std::vector<HedgerTail> cells;  ///< the largest first
};

/// Looks at the paths that are finished when somebody asks, though no more often than they have grown by
/// half, and for no more than a fiftieth of the time. What it says is for watching: each interval is that of
/// so many paths, as if nobody had looked before.
class TailWatch {
 public:
  explicit TailWatch(const simulation::Plan& plan) : plan_(plan) {}

  /// From here on until `end`, which waits for a look that is under way, the outcome may be read as far as
  /// `update` has said. Any thread may call these.
  void begin(const simulation::Outcome& outcome);
  void update(std::uint64_t paths_in_a_row) { ready_.store(paths_in_a_row, std::memory_order_release); }
  void end();

  /// The last look, or a new one. Takes as long as that takes.
  TailSoFar now();
  /// A look at all there is, when nothing is simulated any more.
  void look_once_more();

 private:
  using Clock = std::chrono::steady_clock;
  void look(std::uint64_t paths);

  const simulation::Plan& plan_;
  std::atomic<std::uint64_t> ready_{0};
  std::atomic<bool> ends_{false};
  std::mutex mutex_;
  const simulation::Outcome* outcome_ = nullptr;
  Clock::time_point next_{};
  TailSoFar last_;
};

/// "es_99 of h in s 3.14 M [3.1 M, 3.2 M]", the largest; empty: nothing is known yet.
std::string in_words(const TailSoFar& tail);

/// Has a watch look at an outcome as long as it lives.
class Watching {
 public:
  Watching(TailWatch& watch, const simulation::Outcome& outcome) : watch_(watch) { watch_.begin(outcome); }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  ~Watching() { watch_.end(); }

 private:
  TailWatch& watch_;
};

}  // namespace unhedged::app
