#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace unhedged::app {

/// Progress on stderr: a line that rewrites itself on a terminal, a plain line now and then otherwise.
class Progress {
 public:
  enum class Mode { terminal, plain, silent };

  Progress(Mode mode, std::uint64_t total_paths, double steps_per_path);
  void update(std::uint64_t paths_done);
  void finish();

  static Mode choose(bool quiet);

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(std::uint64_t paths_done, double seconds) const;

  Mode mode_;
  std::uint64_t total_;
  double steps_per_path_;
  Clock::time_point start_, last_;
  bool shown_ = false;
};

}  // namespace unhedged::app
