#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "engine/app/tail_watch.hpp"

namespace unhedged::app {

/// Progress on stderr: a line that rewrites itself on a terminal; otherwise a plain line after three
/// seconds, then every ten, and after the first minute once a minute. It comes from a thread of its own, so
/// that it shows life while nothing is counted.
class Progress {
 public:
  enum class Mode { terminal, plain, silent };

  /// steps_per_path: hedge steps of one path, over scenarios, hedgers and assets. The watch outlives it.
  Progress(Mode mode, std::uint64_t total_paths, double steps_per_path, TailWatch& tail);
  ~Progress() { finish(); }

  /// Until the first call with paths done the run is being prepared.
  void update(std::uint64_t paths_done) { done_.store(paths_done, std::memory_order_relaxed); }
  /// `paths_done`: that are there already
  void begin_simulation(std::uint64_t paths_done = 0);
  void finish();

  std::uint64_t done() const { return done_; }
  /// Paths a second since the simulation began, without those that were there before; 0: it has not.
  double rate() const;
  double elapsed() const;
  /// Takes the line off a terminal, so that a message can stand there; the next comes by itself.
  void clear();

  static Mode choose(bool quiet);

 private:
  using Clock = std::chrono::steady_clock;

  void watch();
  Clock::duration pause(Clock::duration since_start) const;
  std::string line(const std::string& tail) const;

  Mode mode_;
  std::uint64_t total_;
  double steps_per_path_;
  TailWatch& tail_;
  Clock::time_point start_;
  std::atomic<std::uint64_t> done_{0}, done_before_{0};
  std::atomic<Clock::rep> simulating_since_{0};  ///< 0: still preparing
  std::mutex mutex_;
  std::condition_variable wake_;
  bool finished_ = false, shown_ = false;
  std::thread thread_;
};

}  // namespace unhedged::app
