#pragma once
#include <string>
#include <vector>

#include "engine/output/result_writer.hpp"

namespace unhedged::output {

/// Version of the layout in docs/formats/sweeps.md. A change that breaks readers raises the first part.
inline constexpr const char* kSweepFormatVersion = "1.1";

/// What a sweep found: the risk numbers of a configuration at each of its points.
struct SweepResult {
  std::string name, unit, currency;
  double confidence = 0;
  std::vector<std::string> keys;                ///< that are varied
  std::vector<std::vector<std::string>> texts;  ///< [point][key] values as they were set
  std::vector<std::string> key_units;           ///< [key] of all numbers; empty: none
  std::vector<double> numbers;                  ///< [point][key] without units; NaN: no numbers of one unit
  std::vector<std::uint64_t> paths;             ///< [point]
  std::vector<std::string> scenarios, hedgers;
  std::vector<risk::MetricInfo> metrics;
  std::vector<std::vector<double>> summary;  ///< [point] of [scenario][hedger][metric][estimate]
  std::size_t reference = 0;                 ///< the point that differences are from
  std::vector<risk::MetricInfo> paired_metrics;
  /// Point less reference, on the same paths. shapes  [point] of [scenario][hedger][paired metric][estimate]
  std::vector<std::vector<double>> difference;
};

/// Writes it in place of what is at the path, and reads it back to check it. errors  IoError, Interrupted;
/// the file is then good for nothing
void write_sweep(const Destination& destination, const SweepResult& result, const Provenance& provenance);

}  // namespace unhedged::output
