#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "engine/app/progress.hpp"

namespace unhedged::app {

/// How far a run is, in a file that Prometheus can read: replaced as a whole now and then, so that a reader
/// never sees half of it, and once more at the end.
class MetricsFile {
 public:
  /// `path`: empty for none. `run`: a label of all numbers. The progress and the watch outlive it.
  /// errors  IoError if the file cannot be written
  MetricsFile(std::string path, const std::string& run, std::uint64_t total_paths, const Progress& progress,
              TailWatch& tail);
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;
  ~MetricsFile();

  /// The result stands.
  void finish() { finished_ = true; }

 private:
  void watch();
  std::string text() const;
  /// returns  why it failed; empty if it did not
  std::string write() const;

  std::string path_, run_;
  std::uint64_t total_;
  const Progress& progress_;
  TailWatch& tail_;
  std::atomic<bool> finished_{false};
  bool ends_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace unhedged::app
